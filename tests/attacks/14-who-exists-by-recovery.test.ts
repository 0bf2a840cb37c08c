import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { MINUTE } from '#platform/durations.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { rankTest } from '#tests/citizens/rank-test.ts';
import { type OpenProofing, openProofing } from '#tests/proofing/open-proofing.ts';

/**
 * Somebody measures how long a recovery takes to answer, for national codes with an account and for others, in turn. What
 * is answered is compared word for word; the time, by ranks. Each pair has networks and devices of its own.
 */
const PAIRS = 300;
/** As in 14-who-exists-by-timing: one run in some 15,000 lies beyond it by chance. */
const TOLD_APART = 4;
const BIRTH_DATE = '2003-06-25';

let proofing: OpenProofing;
let serial = 700_000_000;
const known: string[] = [];

beforeAll(async () => {
  proofing = await openProofing();
  for (let index = 0; index < PAIRS; index++) {
    serial += 1;
    const phone = readMobileNumber(`0999${String(index).padStart(7, '0')}`);
    if (phone === undefined) throw new Error('the test needs a number');
    const nationalCode = makeNationalCode(serial);
    const citizen = await proofing.newCitizen({ nationalCode, phone, birthDate: BIRTH_DATE });
    known.push(citizen.nationalCode);
  }
}, 2 * MINUTE);
afterAll(() => proofing.close());

type Machine = ReturnType<OpenProofing['start']>;

/** Milliseconds and words of both answers that somebody without the phone can get. */
async function probe({ recoveries }: Machine, nationalCode: string) {
  const secret = `device for ${nationalCode}`;
  const from = { network: `network of ${nationalCode}`, language: 'fa' as const };
  await recoveries.begin({ deviceSecret: secret, kind: 'forgotten-password', from });
  const started = performance.now();
  const identity = await recoveries.act(secret, { step: 'identity', nationalCode, birthDate: BIRTH_DATE }, from);
  const between = performance.now();
  await recoveries.settled();
  const again = performance.now();
  const code = await recoveries.act(secret, { step: 'code', code: '000000' }, from);
  const ended = performance.now();
  const words = JSON.stringify([identity, code]).replace(/"expiresAt":\d+/g, '');
  return { words, identityMs: between - started, codeMs: ended - again };
}

async function measure(machine: Machine, pairs: number) {
  const results: { known: Awaited<ReturnType<typeof probe>>; unknown: Awaited<ReturnType<typeof probe>> }[] = [];
  for (let index = 0; index < pairs; index++) {
    serial += 1;
    const unknown = makeNationalCode(serial);
    const mine = known[index] ?? '';
    // Whoever comes first warms things up for the other, so they take turns.
    const first = await probe(machine, index % 2 === 0 ? mine : unknown);
    const second = await probe(machine, index % 2 === 0 ? unknown : mine);
    results.push(index % 2 === 0 ? { known: first, unknown: second } : { known: second, unknown: first });
  }
  return results;
}

const apart = (results: Awaited<ReturnType<typeof measure>>, of: 'identityMs' | 'codeMs') =>
  Math.abs(
    rankTest(
      results.map((pair) => pair.known[of]),
      results.map((pair) => pair.unknown[of]),
    ),
  );

test('a recovery answers the same, in the same time, whether there is an account or not', {
  timeout: 5 * MINUTE,
}, async () => {
  const results = await measure(proofing.start(), PAIRS);
  expect(new Set(results.flatMap((pair) => [pair.known.words, pair.unknown.words])).size).toBe(1);
  expect(results[0]?.known.words).toContain('wrong-code');
  expect(apart(results, 'identityMs')).toBeLessThan(TOLD_APART);
  expect(apart(results, 'codeMs')).toBeLessThan(TOLD_APART);
  // Only those who exist were sent anything.
  await expect.poll(() => proofing.sms.length).toBe(PAIRS);
});

test('the control: one that looks the account up before it answers is told apart', {
  timeout: 5 * MINUTE,
}, async () => {
  const machine = proofing.start({
    recoveryRules: (rules) => ({
      ...rules,
      identity: {
        ...rules.identity,
        async take(journey, step, from) {
          const result = await rules.identity.take(journey, step, from);
          const nationalCode = step.step === 'identity' ? readNationalCode(step.nationalCode) : undefined;
          const citizen = nationalCode && (await proofing.citizens.findByNationalCode(nationalCode));
          if (citizen?.phone !== undefined)
            await proofing.textMessages.owe({ to: citizen.phone, kind: 'recovery-begun', language: 'fa', values: {} });
          return result;
        },
      },
    }),
  });
  expect(apart(await measure(machine, 200), 'identityMs')).toBeGreaterThan(TOLD_APART);
});
