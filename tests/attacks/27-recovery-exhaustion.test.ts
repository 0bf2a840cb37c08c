import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** From one place no more than a hall full of people needs; what is refused there is taken from nobody elsewhere. */
let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());

const from = (network: string) => ({ network, language: 'fa' as const });

async function count(times: number, attempt: (index: number) => Promise<string>): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (let index = 0; index < times; index += 1) {
    const outcome = await attempt(index);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

test('codes that stop a recovery are tried thirty times an hour', async () => {
  const { recoveries } = provider.services.proofing;
  const tryFrom = (network: string) => (index: number) =>
    recoveries.stop({ code: String(100_000_000_000 + index), from: from(network) });
  expect(await count(40, tryFrom('203.0.113.0'))).toEqual({ unknown: 30, 'slow-down': 10 });
  expect(await count(1, tryFrom('198.51.100.0')), 'control: another place').toEqual({ unknown: 1 });
});

test('recoveries and enrolments are begun six hundred times an hour, each', async () => {
  const { recoveries, enrolments } = provider.services.proofing;
  const recover = (network: string) => async (index: number) =>
    (await recoveries.begin({ deviceSecret: `${network} ${index}`, kind: 'lost-phone', from: from(network) })).outcome;
  const enrol = (network: string) => async (index: number) =>
    (await enrolments.begin({ deviceSecret: `${network} ${index}`, from: from(network) })).outcome;
  for (const begin of [recover, enrol]) {
    expect(await count(605, begin('203.0.113.0'))).toEqual({ begun: 600, 'slow-down': 5 });
    expect(await count(1, begin('198.51.100.0')), 'control: another place').toEqual({ begun: 1 });
  }
});
