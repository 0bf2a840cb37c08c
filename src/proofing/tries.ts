import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { RateLimit, RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * How often facts about a person may be tried: with every answer somebody could learn a birth date or whose number it
 * is. Counted before it is made, whether the person exists or not; one that proved right is given back.
 */
export type Tries = {
  /** `about` is whom it is tried for, `device` the journey's device. Throws LimitsUnavailable. */
  take(a: { about: string; device: string; network: string }): Promise<Try>;
};

type Try = { outcome: 'allowed'; giveBack(): Promise<void> } | { outcome: 'slow-down'; retryAfterMs: number };

const LIMITS = {
  /** A person with their birth certificate in hand: five slips, then longer and longer waits. */
  device: { free: 5, withinMs: HOUR, firstWaitMs: 30 * SECOND, longestWaitMs: 30 * MINUTE },
  /** One person tried from one place. */
  personAndNetwork: { free: 5, withinMs: HOUR, firstWaitMs: MINUTE, longestWaitMs: HOUR },
  /**
   * One person tried from many places: a student's birth date is one of some 3,000 days, and with 20 tries and then one in 20
   * minutes half of them take three weeks. The wait is never longer, so that strangers cannot keep a person out for good.
   */
  person: { free: 20, withinMs: DAY, firstWaitMs: 30 * SECOND, longestWaitMs: 20 * MINUTE },
  /** A registration hall behind one address: one in three seconds. */
  network: { attempts: 300, withinMs: 15 * MINUTE },
} as const;

type Needs = { name: string; rateLimits: RateLimits; keyedHash: KeyedHash };

export function createTries({ name, rateLimits, keyedHash }: Needs): Tries {
  const growing = rateLimits.createGrowingWait;
  const limits = {
    device: growing({ name: `${name}:device`, ...LIMITS.device }),
    personAndNetwork: growing({ name: `${name}:person-network`, ...LIMITS.personAndNetwork }),
    person: growing({ name: `${name}:person`, ...LIMITS.person }),
    network: rateLimits.createQuota({ name: `${name}:network`, ...LIMITS.network }),
  };

  return {
    async take({ about, device, network }) {
      // The counters' names are keyed hashes: a dump of Redis does not tell who was tried, or from where.
      const counters: readonly { limit: RateLimit; key: string }[] = [
        { limit: limits.device, key: keyedHash(`${name}:device:${device}`) },
        { limit: limits.personAndNetwork, key: keyedHash(`${name}:person-network:${about}:${network}`) },
        { limit: limits.person, key: keyedHash(`${name}:person:${about}`) },
        { limit: limits.network, key: keyedHash(`${name}:network:${network}`) },
      ];
      const taken = await Promise.all(counters.map(({ limit, key }) => limit.take(key)));
      const giveBack = async () => {
        const allowed = counters.filter((_, index) => taken[index]?.allowed);
        await Promise.all(allowed.map(({ limit, key }) => limit.giveBack(key)));
      };
      const waits = taken.flatMap((each) => (each.allowed ? [] : [each.retryAfterMs]));
      if (waits.length === 0) return { outcome: 'allowed', giveBack };
      await giveBack();
      return { outcome: 'slow-down', retryAfterMs: Math.max(...waits) };
    },
  };
}
