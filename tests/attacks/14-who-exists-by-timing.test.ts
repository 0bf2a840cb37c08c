import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Authenticate } from '#citizens/authenticate.ts';
import { createPasswordPool, type PasswordPool } from '#citizens/password-pool.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { type OpenCitizens, openCitizens, someCitizen } from '#tests/citizens/open-citizens.ts';
import { rankTest } from '#tests/citizens/rank-test.ts';

/**
 * Somebody measures how long a refusal takes, for national codes that have an account and for others, in turn.
 * Every try comes from a network of its own, because tries from one network are slowed down.
 */
const PAIRS = 60;
const ACCOUNTS = 12;

/** One run in some 15,000 lies beyond four standard deviations by chance; samples that do not overlap at all lie beyond nine. */
const TOLD_APART = 4;

let room: OpenCitizens;
let passwords: PasswordPool;
let hash: string;
const known: string[] = [];

beforeAll(async () => {
  room = await openCitizens();
  passwords = createPasswordPool({ workers: 1 });
  hash = await passwords.hash('open-the-window');
  for (let index = 0; index < ACCOUNTS; index++) {
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
async function measure(authenticate: Authenticate): Promise<{ existing: number[]; absent: number[] }> {
  const time = async (nationalCode: string) => {
    serial += 1;
    const started = performance.now();
    const attempt = { nationalCode, password: 'open-the-door', network: `network ${serial}`, device: undefined };
    expect(await authenticate(attempt)).toEqual({ outcome: 'wrong-credentials' });
    return performance.now() - started;
  };
  const [existing, absent]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const code = known[pair % ACCOUNTS] ?? '';
    // In changing order, so that whatever comes second in a pair has no part in the result.
    if (pair % 2 === 0) existing.push(await time(code));
    absent.push(await time(makeNationalCode(serial)));
    if (pair % 2 === 1) existing.push(await time(code));
  }
  return { existing, absent };
}

test('how long a refusal takes does not tell who exists', async () => {
  const { existing, absent } = await measure(room.openAuthenticate({ passwords }));
  expect(Math.abs(rankTest(existing, absent))).toBeLessThan(TOLD_APART);
}, 60_000);

test('control: without hashing for the absent ones the same measurement tells', async () => {
  const hashesOnlyForAccounts: PasswordPool = {
    ...passwords,
    verify: async (check) => check.hash === hash && passwords.verify(check),
  };
  const { existing, absent } = await measure(room.openAuthenticate({ passwords: hashesOnlyForAccounts }));
  expect(rankTest(existing, absent)).toBeGreaterThan(TOLD_APART);
}, 60_000);
