import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createKnownDevices } from '#citizens/known-devices.ts';
import { createSignInAttempts, type SignInAttempts } from '#citizens/sign-in-attempts.ts';
import { systemClock } from '#platform/clock.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';

import { makeNationalCode } from './make-national-code.ts';

/** When a wrong password makes the next try cost a proof of work. */
const victim = makeNationalCode(123_456_789);
const home = '203.0.113.7';
const network = (index: number) => `198.51.${index >> 8}.${index & 255}`;
let attempts: SignInAttempts;

beforeEach(() => {
  // The counters of the embedded default keep the time of the process.
  vi.useFakeTimers({ toFake: ['Date'] });
  const keyedHash = createKeyedHash(randomBytes(32));
  const knownDevices = createKnownDevices({ keyedHash, clock: systemClock });
  attempts = createSignInAttempts({ rateLimits: createRateLimits(), keyedHash, knownDevices });
});
afterEach(() => {
  vi.useRealTimers();
});

type Try = { nationalCode?: typeof victim; network?: string; device?: string | undefined };
const from = ({ nationalCode = victim, network = home, device }: Try) => ({ nationalCode, network, device });
const wants = (attempt: Try) => attempts.wantsPuzzle(from(attempt));
const dear = ({ hasSolvedPuzzle = false, ...attempt }: Try & { hasSolvedPuzzle?: boolean }) =>
  attempts.begin({ ...from(attempt), hasSolvedPuzzle });

async function succeed(attempt: Try): Promise<string> {
  const begun = await dear(attempt);
  if (begun.outcome !== 'begun') throw new Error('was asked for a puzzle');
  return begun.attempt.succeed();
}

test('three wrong passwords from one place cost nothing; the fourth try costs a puzzle', async () => {
  for (let index = 0; index < 3; index++) {
    expect(await wants({})).toBe(false);
    expect(await dear({})).toMatchObject({ outcome: 'begun' });
  }
  expect(await wants({})).toBe(true);
  expect(await dear({})).toEqual({ outcome: 'puzzle-needed' });
  expect(await dear({ hasSolvedPuzzle: true })).toMatchObject({ outcome: 'begun' });
});

test('64 tries at the same time are three without a puzzle', async () => {
  const begun = await Promise.all(Array.from({ length: 64 }, () => dear({})));
  expect(begun.filter(({ outcome }) => outcome === 'begun')).toHaveLength(3);
});

test('ten wrong passwords from ten places make every further place pay', async () => {
  for (let index = 0; index < 10; index++) await dear({ network: network(index) });
  expect(await dear({ network: network(11) })).toEqual({ outcome: 'puzzle-needed' });
  expect(await dear({ nationalCode: makeNationalCode(9), network: network(11) })).toMatchObject({ outcome: 'begun' });
});

test('sixty accounts tried from one place make that place pay, and no other', async () => {
  for (let index = 0; index < 60; index++) await dear({ nationalCode: makeNationalCode(index + 100) });
  expect(await dear({ nationalCode: makeNationalCode(9) })).toEqual({ outcome: 'puzzle-needed' });
  expect(await dear({ nationalCode: makeNationalCode(9), network: network(1) })).toMatchObject({ outcome: 'begun' });
});

test('being asked for a puzzle costs no try', async () => {
  for (let index = 0; index < 100; index++) await dear({});
  for (let index = 0; index < 2; index++)
    expect(await dear({ hasSolvedPuzzle: true })).toMatchObject({ outcome: 'begun' });
});

test('a known device pays nothing, whatever strangers do', async () => {
  const device = await succeed({});
  for (let index = 0; index < 50; index++) await dear({ network: network(index) });
  for (let index = 0; index < 50; index++) await dear({});
  expect(await wants({ device })).toBe(false);
  expect(await dear({ device })).toMatchObject({ outcome: 'begun' });
  expect(await dear({}), 'control').not.toMatchObject({ outcome: 'begun' });
});

test('right passwords cost nothing, however many there are in one place', async () => {
  for (let index = 0; index < 200; index++) {
    await succeed({ nationalCode: makeNationalCode(index + 1) });
  }
  expect(await wants({})).toBe(false);
});
