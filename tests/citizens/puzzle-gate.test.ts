import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { createPuzzleGate, type PuzzleGate } from '#citizens/puzzle-gate.ts';
import { createSignInAttempts } from '#citizens/sign-in-attempts.ts';
import { makeNationalCode } from './make-national-code.ts';
import { codeIn, type OpenFactors, openFactors } from './open-factors.ts';

const phone = readMobileNumber('09129990077');
if (phone === undefined) throw new Error('the test needs a number');
const nationalCode = makeNationalCode(700_700_700);
const from = { nationalCode, network: '203.0.113.7', device: undefined };
const to = { ...from, place: 'sign-in:one', language: 'fa' as const };

let room: OpenFactors;
let gate: PuzzleGate;
/** What is done after the answer, held back until the test lets it go. */
const afterwards: (() => void)[] = [];
let lookedUp = 0;
let guess: () => Promise<unknown>;

beforeAll(async () => {
  room = await openFactors();
  const { rateLimits, keyedHash, knownDevices, puzzle, codes, citizens } = room;
  await room.newCitizen({ nationalCode, phone });
  const attempts = createSignInAttempts({ rateLimits, keyedHash, knownDevices });
  guess = () => attempts.begin({ ...from, hasSolvedPuzzle: true });
  gate = createPuzzleGate({
    puzzle,
    wantsPuzzle: attempts.wantsPuzzle,
    oneTimeCodes: codes,
    findByNationalCode(code) {
      lookedUp += 1;
      return citizens.findByNationalCode(code);
    },
    later: (send) => void afterwards.push(send),
    onError: (error) => {
      throw error;
    },
  });
}, 60_000);
afterAll(() => room.close());

const letGo = () => {
  for (const send of afterwards.splice(0)) send();
};
const messages = () => room.sms.filter((message) => message.to === phone).length;

test('a code leaves only where a puzzle is asked for, and whose number it is is looked up after the answer', async () => {
  await gate.sendCode(to);
  expect(afterwards).toHaveLength(0);
  expect(await gate.challengeFor(from)).toBeUndefined();

  for (let tries = 0; tries < 3; tries += 1) await guess();
  expect(await gate.challengeFor(from)).toContain('PBKDF2');
  await gate.sendCode(to);
  expect([lookedUp, messages()]).toEqual([0, 0]);
  letGo();
  await expect.poll(messages).toBe(1);
});

test('a solved puzzle opens it once', async () => {
  const challenge: Challenge = JSON.parse((await gate.challengeFor(from)) ?? '');
  const puzzle = JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) });
  const tried = { nationalCode, place: to.place, puzzle, code: '' };
  expect(await gate.isSolved(tried)).toBe(true);
  expect(await gate.isSolved(tried)).toBe(false);
});

test('the code is good for this place and this national code alone, and once', async () => {
  const code = codeIn(room, phone);
  const tried = { nationalCode, puzzle: '', code };
  expect(await gate.isSolved({ ...tried, place: 'sign-in:another' })).toBe(false);
  expect(await gate.isSolved({ ...tried, place: to.place, nationalCode: makeNationalCode(700_700_701) })).toBe(false);
  expect(await gate.isSolved({ ...tried, place: to.place })).toBe(true);
  expect(await gate.isSolved({ ...tried, place: to.place })).toBe(false);
});
