import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createKnownDevices } from '#citizens/known-devices.ts';
import { createSecondFactorAttempts, type SecondFactorAttempts } from '#citizens/second-factor-attempts.ts';
import { createSignInAttempts, type SignInAttempts } from '#citizens/sign-in-attempts.ts';
import { systemClock } from '#platform/clock.ts';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { createRateLimits, LimitsUnavailable, type RateLimits } from '#platform/rate-limits.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';

import { makeNationalCode } from './make-national-code.ts';

const citizenId = 'victim';
const home = '203.0.113.7';
let attempts: SecondFactorAttempts;
let passwords: SignInAttempts;
let slowedDown: string[];

beforeEach(() => {
  // The counters of the embedded default keep the time of the process.
  vi.useFakeTimers({ toFake: ['Date'] });
  slowedDown = [];
  open(createRateLimits());
});
afterEach(() => {
  vi.useRealTimers();
});

function open(rateLimits: RateLimits): void {
  const keyedHash = createKeyedHash(randomBytes(32));
  const knownDevices = createKnownDevices({ keyedHash, clock: systemClock });
  const audit = {
    async secondFactorSlowedDown({ citizenId: about = '' }: { citizenId?: string | undefined }) {
      slowedDown.push(about);
    },
  };
  attempts = createSecondFactorAttempts({ rateLimits, keyedHash, knownDevices, audit });
  passwords = createSignInAttempts({ rateLimits, keyedHash, knownDevices });
}

type Try = { citizenId?: string; network?: string; device?: string | undefined };
const begin = ({ network = home, device, citizenId: who = citizenId }: Try) =>
  attempts.begin({ citizenId: who, network, device });
const fail = async (attempt: Try) => (await begin(attempt)).outcome === 'begun';
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

describe('guessing a second factor with the right password', () => {
  test('from one network: five free tries, then a minute, then two', async () => {
    expect(await failTimes(10, () => ({}))).toBe(6);
    expect(await begin({})).toEqual({ outcome: 'slow-down', retryAfterMs: expect.closeTo(MINUTE, -3) });
    vi.advanceTimersByTime(MINUTE);
    expect(await fail({})).toBe(true);
    expect(await begin({})).toMatchObject({ retryAfterMs: expect.closeTo(2 * MINUTE, -3) });
    expect(slowedDown).toContain(citizenId);
  });

  test('64 at the same time are no more than 64 one after another', async () => {
    const begun = await Promise.all(Array.from({ length: 64 }, () => fail({})));
    expect(begun.filter(Boolean)).toHaveLength(6);
  });

  test('from as many networks as one likes: fewer than thirty guesses a day', async () => {
    let [guesses, waited] = [0, 0];
    for (let index = 0; waited < DAY; index++) {
      const begun = await begin({ network: network(index) });
      if (begun.outcome === 'begun') {
        guesses += 1;
        continue;
      }
      waited += begun.retryAfterMs;
      vi.advanceTimersByTime(begun.retryAfterMs);
    }
    expect(guesses).toBeGreaterThan(10);
    expect(guesses).toBeLessThan(30);
  });

  test('the owner’s own success forgives nobody’s tries elsewhere', async () => {
    expect(await failTimes(10, (index) => ({ network: network(index) }))).toBe(10);
    await succeed({});
    expect(await failTimes(10, (index) => ({ network: network(10 + index) }))).toBe(1);
  });

  test('knowing the password makes no device known here', async () => {
    const nationalCode = makeNationalCode(1);
    const begun = await passwords.begin({
      ...{ nationalCode, network: home, device: undefined },
      hasSolvedPuzzle: false,
    });
    if (begun.outcome !== 'begun') throw new Error('was slowed down');
    const device = await begun.attempt.succeed();
    expect(await failTimes(50, () => ({ device }))).toBe(6);
  });
});

describe('locking a victim out on purpose', () => {
  test.each([
    ['from many networks', (index: number) => ({ network: network(index) })],
    ['from the victim’s own network', () => ({})],
  ])('%s does not stop the owner at a known device', async (_name, attack) => {
    const device = await succeed({});
    await failTimes(200, attack);
    expect(await begin(attack(201)), 'control: the attack was noticed').toMatchObject({ outcome: 'slow-down' });
    await succeed({ device, network: '192.0.2.1' });
    await succeed({ device });
  });

  test('who is turned away at one place uses up no try of another', async () => {
    expect(await failTimes(60, () => ({}))).toBe(6);
    expect(await failTimes(10, (index) => ({ network: network(index) })), 'of eleven in all').toBe(5);
  });

  test('a device known for one citizen is none for another', async () => {
    const device = await succeed({ citizenId: 'attacker' });
    expect(await failTimes(50, () => ({ device }))).toBe(6);
  });

  test('one citizen’s slips are not another’s', async () => {
    await failTimes(50, () => ({}));
    expect(await fail({ citizenId: 'neighbour' })).toBe(true);
  });
});

describe('honest people', () => {
  test('who slips four times and then succeeds has all tries again', async () => {
    let device: string | undefined;
    for (let round = 0; round < 5; round++) {
      expect(await failTimes(4, () => ({ device }))).toBe(4);
      device = await succeed({ device });
    }
  });

  test('a stolen device that is known is slowed down, too, and never for longer than a quarter of an hour', async () => {
    const device = await succeed({});
    expect(await failTimes(50, () => ({ device }))).toBe(11);
    for (let index = 0; index < 20; index++) {
      const begun = await begin({ device });
      if (begun.outcome === 'begun') continue;
      expect(begun.retryAfterMs).toBeLessThanOrEqual(15 * MINUTE);
      vi.advanceTimersByTime(begun.retryAfterMs);
    }
  });

  test('what was never looked at does not count', async () => {
    for (let index = 0; index < 50; index++) {
      const begun = await begin({});
      if (begun.outcome !== 'begun') throw new Error('was slowed down');
      await begun.attempt.abandon();
    }
  });

  test('an hour later five tries are free again', async () => {
    await failTimes(6, () => ({}));
    vi.advanceTimersByTime(HOUR);
    expect(await failTimes(4, () => ({}))).toBe(4);
  });
});

test('when nothing can be counted nobody may try', async () => {
  const fails = () => Promise.reject(new LimitsUnavailable());
  const down = () => ({ take: fails, giveBack: fails, forget: fails, used: fails, look: fails });
  open({ createQuota: down, createGrowingWait: down });
  await expect(begin({})).rejects.toThrow(LimitsUnavailable);
});
