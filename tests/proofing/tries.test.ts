import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createTries, type Tries } from '#proofing/tries.ts';

/** Each of the four limits alone: whatever the others count differs from try to try. */
let tries: Tries;
let serial = 0;
beforeEach(() => {
  tries = createTries({ name: 'test', rateLimits: createRateLimits(), keyedHash: createKeyedHash(randomBytes(32)) });
});

function fresh(): string {
  serial += 1;
  return String(serial);
}
type From = Partial<Parameters<Tries['take']>[0]>;

/** How many are allowed before the first that is not. */
async function allowed(from: () => From, { most = 400 } = {}): Promise<number> {
  for (let count = 0; count < most; count += 1) {
    const { outcome } = await tries.take({ about: fresh(), device: fresh(), network: fresh(), ...from() });
    if (outcome === 'slow-down') return count;
  }
  return most;
}

test('control: nothing in common is never slowed down', async () => {
  expect(await allowed(() => ({}))).toBe(400);
});

test.each<[string, () => From, number]>([
  ['one device has five slips and a sixth try', () => ({ device: 'a device' }), 6],
  ['one person has five slips and a sixth try from one place', () => ({ about: 'a person', network: 'a network' }), 6],
  ['one person has twenty slips and one more try from many places', () => ({ about: 'a person' }), 21],
  ['one place has three hundred tries', () => ({ network: 'a network' }), 300],
])('%s before it waits', async (_name, from, most) => {
  expect(await allowed(from)).toBe(most);
});

test('a try that proved right is given back, and what was turned away is not counted elsewhere', async () => {
  for (let count = 0; count < 30; count += 1) {
    const taken = await tries.take({ about: 'a person', device: 'a device', network: 'a network' });
    if (taken.outcome === 'slow-down') throw new Error(`slowed down after ${count}`);
    await taken.giveBack();
  }
  expect(await allowed(() => ({ about: 'a person', device: 'a device' }))).toBe(6);
  for (let count = 0; count < 30; count += 1)
    await tries.take({ about: 'a person', device: 'a device', network: fresh() });
  expect(await allowed(() => ({ about: 'a person' }))).toBe(15);
});
