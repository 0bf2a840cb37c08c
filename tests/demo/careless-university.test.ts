import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLBACK_CASES } from '#relying-parties/acceptance/callback-cases.ts';
import type { Case } from '#relying-parties/acceptance/case.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { LOGOUT_CASES } from '#relying-parties/acceptance/logout-cases.ts';
import { REQUEST_CASES } from '#relying-parties/acceptance/request-cases.ts';
import { HONEST_CASES, TOKEN_CASES } from '#relying-parties/acceptance/token-cases.ts';
import { type Careless, failedCases, runToEnd, startCareless, tryCases } from '#tests/support/acceptance.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { FLAWS } from '../../demo/careless/flaws.ts';

/** Beside the careless university: what it must fail, with all its flaws and with each of them alone. */
const FAILS: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('../../demo/careless/fails.json', import.meta.url), 'utf8'),
);
/** Our code flow carries no at_hash, so there is nothing to spoil; tests/relying-parties/acceptance-cases.test.ts tries that case. */
const NEVER_APPLIES = ['at-hash'];

let provider: TestProvider;
let careless: Careless;
beforeAll(async () => {
  provider = await startProvider({ logLevel: 'error' });
  careless = await startCareless(provider, { clientId: 'careless' });
});
afterAll(async () => {
  careless.close();
  await provider.close();
});

test('the careless university fails exactly the cases that are listed beside it', async () => {
  for (const flaw of FLAWS) careless.flaws.add(flaw);
  const run = await runToEnd(provider, 'careless');
  expect(failedCases(run)).toEqual(FAILS.everything);
  expect(run.state).toBe('red');
  expect(run.results).toHaveLength(CASE_IDS.length);
}, 120_000);

test('without its flaws it passes everything, so what it fails comes from them', async () => {
  careless.flaws.clear();
  const run = await runToEnd(provider, 'careless');
  expect(run.results.filter(({ verdict }) => verdict !== 'passed').map(({ caseId }) => caseId)).toEqual(NEVER_APPLIES);
  expect(run.state).toBe('green');
}, 120_000);

test('every hostile case catches at least one relying party that has one flaw', () => {
  const caught = new Set(FLAWS.flatMap((flaw) => FAILS[flaw]));
  const hostile = CASE_IDS.filter((id) => !id.startsWith('honest') && !NEVER_APPLIES.includes(id));
  expect(hostile.filter((id) => !caught.has(id))).toEqual([]);
  expect(Object.keys(FAILS).sort()).toEqual(['everything', ...FLAWS].sort());
});

describe('with one flaw alone it fails exactly what follows from it', () => {
  const families = [TOKEN_CASES, [...CALLBACK_CASES, ...REQUEST_CASES], LOGOUT_CASES];

  test.for(FLAWS)('%s', { timeout: 60_000 }, async (flaw) => {
    // An acceptance issuer answers so many requests a minute, so each flaw has one of its own.
    const flawed = await startCareless(provider, { clientId: `careless-${flaw}` });
    flawed.flaws.add(flaw);
    const expected = FAILS[flaw] ?? [];
    const isTouched = (family: readonly Case[]) => family.some(({ id }) => expected.includes(id));
    const { results } = await tryCases(provider, flawed.clientId, [
      ...HONEST_CASES,
      ...families.filter(isTouched).flat(),
    ]);
    flawed.close();
    expect(failedCases({ results }).sort()).toEqual([...expected].sort());
    expect(results.filter(({ verdict }) => verdict === 'not-tried')).toEqual([]);
  });
});
