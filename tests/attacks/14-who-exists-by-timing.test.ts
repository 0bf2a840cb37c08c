import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Authenticate } from '#citizens/authenticate.ts';
import { createPasswordPool, type PasswordPool } from '#citizens/password-pool.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { type OpenCitizens, openCitizens, someCitizen } from '#tests/citizens/open-citizens.ts';
import { rankTest } from '#tests/citizens/rank-test.ts';
import { wantedTimingPairs } from '#tests/support/long-run.ts';

/**
 * Somebody measures how long a refusal takes, for national codes that have an account and for others, in turn.
 * Every try comes from a network of its own and is for a code of its own, because tries from one network, or for one
 * code, are slowed down.
 *
 * Each try hashes at the full cost, so 400 pairs take about half a minute on an idle machine; a busy one stops at
 * ENOUGH_MS, after no fewer than 200. `TIMING_PAIRS=2000 npx vitest run <this file>` takes as many as it is told, and says
 * what it found: a shift of a tenth of the usual spread shows there, and of three tenths here.
 */
const LONG_RUN = wantedTimingPairs();
const PAIRS = LONG_RUN || 400;
const FEWEST_PAIRS = LONG_RUN || 200;
const ENOUGH_MS = 45_000;
const LONGEST_MS = 120_000 + PAIRS * 300;

/** One run in some 15,000 lies beyond four standard deviations by chance; 60 pairs that do not overlap at all lie beyond nine. */
const TOLD_APART = 4;
const CONTROL_PAIRS = 60;

let room: OpenCitizens;
let passwords: PasswordPool;
let hash: string;
const known: string[] = [];

beforeAll(async () => {
  room = await openCitizens();
  passwords = createPasswordPool({ workers: 1 });
  hash = await passwords.hash('open-the-window');
  for (let index = 0; index < PAIRS; index++) {
    const citizen = someCitizen();
    await room.citizens.save(citizen);
    await room.citizens.setPasswordHash(citizen.id, hash);
    known.push(citizen.nationalCode);
  }
});
afterAll(async () => {
  await passwords.close();
  await room.close();
});

let serial = 500_000_000;

/** Milliseconds of each refusal, for codes that have an account and for codes that have none. */
async function measure(
  authenticate: Authenticate,
  { pairs, fewest = pairs }: { pairs: number; fewest?: number },
): Promise<{ existing: number[]; absent: number[] }> {
  const began = performance.now();
  const time = async (nationalCode: string) => {
    serial += 1;
    const started = performance.now();
    const from = { network: `network ${serial}`, device: undefined, hasSolvedPuzzle: false };
    const attempt = { nationalCode, password: 'open-the-door', ...from };
    expect(await authenticate(attempt)).toEqual({ outcome: 'wrong-credentials' });
    return performance.now() - started;
  };
  const [existing, absent]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    if (pair >= fewest && performance.now() - began > ENOUGH_MS) break;
    const code = known[pair] ?? '';
    // In changing order, so that whatever comes second in a pair has no part in the result.
    if (pair % 2 === 0) existing.push(await time(code));
    absent.push(await time(makeNationalCode(serial)));
    if (pair % 2 === 1) existing.push(await time(code));
  }
  return { existing, absent };
}

test(
  'how long a refusal takes does not tell who exists',
  async () => {
    const { existing, absent } = await measure(room.openAuthenticate({ passwords }), {
      pairs: PAIRS,
      fewest: FEWEST_PAIRS,
    });
    const apart = rankTest(existing, absent);
    if (LONG_RUN > 0) process.stdout.write(`${existing.length} pairs, ${apart.toFixed(2)} standard deviations apart\n`);
    expect(Math.abs(apart)).toBeLessThan(TOLD_APART);
  },
  LONGEST_MS,
);

test('control: without hashing for the absent ones the same measurement tells', async () => {
  const hashesOnlyForAccounts: PasswordPool = {
    ...passwords,
    verify: async (check) => check.hash === hash && passwords.verify(check),
  };
  const { existing, absent } = await measure(room.openAuthenticate({ passwords: hashesOnlyForAccounts }), {
    pairs: CONTROL_PAIRS,
  });
  expect(rankTest(existing, absent)).toBeGreaterThan(TOLD_APART);
}, 60_000);
