import { randomBytes } from 'node:crypto';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { beforeEach, expect, test } from 'vitest';

import { createPuzzle, type Puzzle, type PuzzleChallenge } from '#citizens/puzzle.ts';
import { MINUTE } from '#platform/durations.ts';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';

let clock: FakeClock;
let puzzle: Puzzle;

beforeEach(() => {
  clock = createFakeClock();
  puzzle = createPuzzle({ secret: createKeyedHash(randomBytes(32)), store: createMemoryStateStore({ clock }), clock });
});

async function solve(challenge: PuzzleChallenge) {
  const solution = await solveChallenge({ challenge, deriveKey });
  if (solution === null) throw new Error('the puzzle was not solved');
  return { challenge, solution };
}
const inBase64 = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64');

test('a solution counts once, also of 32 at the same time', async () => {
  const payload = await solve(await puzzle.create());
  const outcomes = await Promise.all(Array.from({ length: 32 }, () => puzzle.check(payload)));
  expect(outcomes.toSorted()).toEqual(['solved', ...Array(31).fill('used')]);
});

test('it may come as an object, as JSON, or as JSON in base64', async () => {
  expect(await puzzle.check(await solve(await puzzle.create()))).toBe('solved');
  expect(await puzzle.check(JSON.stringify(await solve(await puzzle.create())))).toBe('solved');
  expect(await puzzle.check(inBase64(await solve(await puzzle.create())))).toBe('solved');
});

test('after ten minutes it is too late', async () => {
  const [early, late] = [await solve(await puzzle.create()), await solve(await puzzle.create())];
  clock.advance(10 * MINUTE - 1000);
  expect(await puzzle.check(early)).toBe('solved');
  clock.advance(1000);
  expect(await puzzle.check(late)).toBe('wrong');
});

test('a puzzle made easier, lasting longer, or made by somebody else is wrong', async () => {
  const { challenge, solution } = await solve(await puzzle.create());
  const { parameters } = challenge;
  const others = [
    { ...parameters, keyPrefix: '00' },
    { ...parameters, cost: 1 },
    { ...parameters, data: { until: 9_999_999_999 } },
    { ...parameters, nonce: parameters.salt },
    { ...parameters, keySignature: '00' },
  ];
  for (const changed of others)
    expect(await puzzle.check({ challenge: { ...challenge, parameters: changed }, solution })).toBe('wrong');
  const elsewhere = createPuzzle({
    secret: createKeyedHash(randomBytes(32)),
    store: createMemoryStateStore({ clock }),
    clock,
  });
  expect(await puzzle.check(await solve(await elsewhere.create()))).toBe('wrong');
  expect(await puzzle.check({ challenge, solution }), 'control').toBe('solved');
});

test('the prefix that the page knows is not the solution, nor is another counter', async () => {
  const { challenge, solution } = await solve(await puzzle.create());
  const { keyPrefix } = challenge.parameters;
  for (const guess of [
    { ...solution, derivedKey: keyPrefix.padEnd(64, '0') },
    { ...solution, derivedKey: keyPrefix },
    { counter: 0, derivedKey: '0'.repeat(64) },
  ])
    expect(await puzzle.check({ challenge, solution: guess })).toBe('wrong');
});

test.each([undefined, null, 0, '', '{', 'x'.repeat(100_000), {}, { challenge: {} }, '{"challenge":null}', []])(
  'what is no solution at all is wrong (%#)',
  async (sent) => {
    expect(await puzzle.check(sent)).toBe('wrong');
  },
);

test('solving takes hundreds of times the work of checking, and a bounded one', async () => {
  const rounds: number[] = [];
  for (let index = 0; index < 5; index++) {
    const { challenge, solution } = await solve(await puzzle.create());
    rounds.push((solution.counter + 1) * challenge.parameters.cost);
  }
  // 200,000 rounds a second on one core of a cheap phone: less than two seconds, and not nothing.
  expect(Math.max(...rounds)).toBeLessThan(2 * 200_000);
  expect(Math.min(...rounds)).toBeGreaterThan(100_000);
});
