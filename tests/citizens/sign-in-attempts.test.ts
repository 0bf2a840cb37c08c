import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createKnownDevices } from '#citizens/known-devices.ts';
import { type Begun, createSignInAttempts, type SignInAttempts } from '#citizens/sign-in-attempts.ts';
import { systemClock } from '#platform/clock.ts';
import { DAY, MINUTE, SECOND } from '#platform/durations.ts';
import { createRateLimits, LimitsUnavailable, type RateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';

import { makeNationalCode } from './make-national-code.ts';

const victim = makeNationalCode(123_456_789);
const home = '203.0.113.7';
let attempts: SignInAttempts;

beforeEach(() => {
  // The counters of the embedded default keep the time of the process.
  vi.useFakeTimers({ toFake: ['Date'] });
  attempts = open(createRateLimits());
});
afterEach(() => {
  vi.useRealTimers();
});

function open(rateLimits: RateLimits): SignInAttempts {
  const keyedHash = createKeyedHash(randomBytes(32));
  const knownDevices = createKnownDevices({ keyedHash, clock: systemClock });
  return createSignInAttempts({ rateLimits, keyedHash, knownDevices });
}

type Try = { nationalCode?: typeof victim; network?: string; device?: string | undefined };

const begin = ({ nationalCode = victim, network = home, device }: Try): Promise<Begun> =>
  attempts.begin({ nationalCode, network, device, hasSolvedPuzzle: 'not-asked' });

/** A wrong password; false when it was not looked at. */
async function fail(attempt: Try): Promise<boolean> {
  const begun = await begin(attempt);
  if (begun.outcome !== 'begun') return false;
  await begun.attempt.fail();
  return true;
}

async function succeed(attempt: Try): Promise<string> {
  const begun = await begin(attempt);
  if (begun.outcome !== 'begun') throw new Error('was slowed down');
  return begun.attempt.succeed();
}

async function failTimes(times: number, attempt: (index: number) => Try): Promise<number> {
  let begun = 0;
  for (let index = 0; index < times; index++) if (await fail(attempt(index))) begun += 1;
  return begun;
}

const network = (index: number) => `198.51.${index >> 8}.${index & 255}`;

describe('locking a victim out on purpose', () => {
  const attacks: [string, (owner: { device: string }) => Promise<unknown>][] = [
    ['from many networks', () => failTimes(200, (index) => ({ network: network(index) }))],
    ['from the network of the victim', () => failTimes(200, () => ({}))],
    [
      'by using up that network on other accounts',
      () => failTimes(400, (n) => ({ nationalCode: makeNationalCode(n + 1) })),
    ],
    [
      'from a device that is known for the attacker',
      async () => {
        const device = await succeed({ nationalCode: makeNationalCode(5) });
        return failTimes(200, (index) => ({ device, network: network(index) }));
      },
    ],
    [
      'with cookies made up',
      ({ device }) =>
        failTimes(200, (index) => ({ device: device.replace(/.$/, index % 2 ? 'A' : 'B'), network: network(index) })),
    ],
  ];

  test.each(attacks)('%s does not stop the owner at a known device', async (_name, attack) => {
    const device = await succeed({});
    await attack({ device });
    await succeed({ device, network: '192.0.2.1' });
    await succeed({ device });
  });

  test('a thousand tries that are under way hold nothing that the owner at a known device needs', async () => {
    const device = await succeed({});
    const tries = Promise.all(Array.from({ length: 1000 }, (_, index) => fail({ network: network(index) })));
    await succeed({ device });
    expect((await tries).filter((isBegun) => isBegun)).toHaveLength(21);
    await succeed({ device });
  });

  test.each(attacks.slice(0, 2))(
    'control: %s is noticed, and slows down a device that is not known',
    async (_name, attack) => {
      await attack({ device: await succeed({}) });
      expect(await begin({})).toMatchObject({ outcome: 'slow-down' });
    },
  );

  test('control: a limit on the account alone would have locked the owner out', async () => {
    const limit = createRateLimits().createGrowingWait({
      ...{ name: 'account-alone', free: 20, withinMs: DAY, firstWaitMs: 30 * SECOND, longestWaitMs: 20 * MINUTE },
    });
    for (let index = 0; index < 200; index++) await limit.take(victim);
    expect(await limit.take(victim)).toMatchObject({ allowed: false });
  });

  test('a stranger on one network does not slow the owner down on another', async () => {
    expect(await failTimes(50, () => ({ network: network(1) }))).toBe(6);
    expect(await fail({ network: network(2) })).toBe(true);
  });
});

describe('guessing', () => {
  test('one account from one network: five free tries, then a minute, then two', async () => {
    expect(await failTimes(10, () => ({}))).toBe(6);
    const slow = await begin({});
    expect(slow).toEqual({ outcome: 'slow-down', retryAfterMs: expect.closeTo(MINUTE, -3) });
    vi.advanceTimersByTime(MINUTE);
    expect(await fail({})).toBe(true);
    expect(await begin({})).toMatchObject({ retryAfterMs: expect.closeTo(2 * MINUTE, -3) });
  });

  test('64 tries at the same time are no more than 64 one after another', async () => {
    const begun = await Promise.all(Array.from({ length: 64 }, () => fail({})));
    expect(begun.filter(Boolean)).toHaveLength(6);
  });

  test('one account from as many networks as one likes: fewer than a hundred guesses a day', async () => {
    let [guesses, waited] = [0, 0];
    for (let index = 0; waited < DAY; index++) {
      const begun = await begin({ network: network(index) });
      if (begun.outcome === 'begun') {
        guesses += 1;
        continue;
      }
      if (begun.outcome !== 'slow-down') throw new Error('was asked for a puzzle');
      waited += begun.retryAfterMs;
      vi.advanceTimersByTime(begun.retryAfterMs);
    }
    expect(guesses).toBeGreaterThan(50);
    expect(guesses).toBeLessThan(100);
  });

  test('many accounts from one network: 300 in a quarter of an hour', async () => {
    expect(await failTimes(400, (index) => ({ nationalCode: makeNationalCode(index + 1) }))).toBe(300);
    vi.advanceTimersByTime(15 * MINUTE);
    expect(await fail({ nationalCode: makeNationalCode(999) })).toBe(true);
  });

  test('a stolen device is slowed down by itself, and another device of the owner is not', async () => {
    const stolen = await succeed({});
    const own = await succeed({});
    expect(await failTimes(50, () => ({ device: stolen }))).toBe(11);
    await succeed({ device: own });
    expect(await begin({ device: stolen })).toMatchObject({ outcome: 'slow-down' });
  });
});

describe('keeping the processors busy with the right password', () => {
  test('an account signs in three hundred times an hour, from known devices and others together', async () => {
    let device: string | undefined;
    for (let index = 0; index < 300; index++) device = await succeed({ device: index % 2 ? device : undefined });
    expect(await begin({ device })).toMatchObject({ outcome: 'slow-down' });
    expect(await begin({ network: network(1) })).toMatchObject({ outcome: 'slow-down' });
    await succeed({ nationalCode: makeNationalCode(5) });
    vi.advanceTimersByTime(60 * MINUTE);
    await succeed({ device });
  });

  test('strangers with wrong passwords use up none of it', async () => {
    const device = await succeed({});
    await failTimes(400, (index) => ({ network: network(index) }));
    for (let index = 1; index < 300; index++) await succeed({ device });
    expect(await begin({ device }), 'control').toMatchObject({ outcome: 'slow-down' });
  });
});

describe('honest people', () => {
  test('a thousand of them sign in from one network without any wait', async () => {
    for (let index = 0; index < 1000; index++) await succeed({ nationalCode: makeNationalCode(index + 1) });
  });

  test('who slips four times and then succeeds has all tries again', async () => {
    for (let round = 0; round < 5; round++) {
      expect(await failTimes(4, () => ({}))).toBe(4);
      await succeed({});
    }
  });

  test('who slips at a known device and then succeeds has all tries again', async () => {
    let device = await succeed({});
    for (let round = 0; round < 20; round++) {
      expect(await failTimes(9, () => ({ device }))).toBe(9);
      device = await succeed({ device });
    }
  });

  test('a try that nobody looked at does not count', async () => {
    for (let index = 0; index < 100; index++) {
      const begun = await begin({});
      if (begun.outcome !== 'begun') throw new Error('was slowed down');
      await begun.attempt.abandon();
    }
  });

  test('being turned away does not use up the network for the others', async () => {
    await failTimes(1000, () => ({}));
    expect(await fail({ nationalCode: makeNationalCode(7) })).toBe(true);
  });
});

test('when nothing can be counted nobody may try, from a known device neither', async () => {
  const device = await succeed({});
  const down: RateLimits['createQuota'] = () => {
    const fails = () => Promise.reject(new LimitsUnavailable());
    return { take: fails, giveBack: fails, forget: fails, used: fails, look: fails };
  };
  attempts = open({ createQuota: down, createGrowingWait: () => down({ name: '', attempts: 0, withinMs: 0 }) });
  await expect(begin({})).rejects.toThrow(LimitsUnavailable);
  await expect(begin({ device })).rejects.toThrow(LimitsUnavailable);
});

test('the names of the counters tell nothing about who was tried and from where', async () => {
  const names: string[] = [];
  const limits = createRateLimits();
  const spy = <Limit extends ReturnType<RateLimits['createGrowingWait']>>(limit: Limit): Limit => ({
    ...limit,
    take(key: string) {
      names.push(key);
      return limit.take(key);
    },
  });
  const spied: RateLimits = {
    createQuota: (quota) => spy(limits.createQuota(quota)),
    createGrowingWait: (wait) => spy(limits.createGrowingWait(wait)),
  };
  attempts = open(spied);
  await succeed({ device: await succeed({}) });
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    expect(name).toMatch(/^[\w-]{43}$/);
    expect(name).not.toContain(victim);
  }
});
