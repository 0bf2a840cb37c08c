import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import { inSeconds, SECOND } from './durations.ts';

/**
 * Counts attempts, in Redis for all instances or in this process alone. An attempt is counted before it is made, in
 * one atomic step, so that many at once do not all pass before the first is counted. Every key expires by itself.
 * Time is the store's own.
 */
export type RateLimit = {
  /** Counts one attempt and says whether it may be made. Throws LimitsUnavailable. */
  take(key: string): Promise<Taken>;
  /** An attempt that was taken does not count after all. */
  giveBack(key: string): Promise<void>;
  /** As if there had been none. */
  forget(key: string): Promise<void>;
  /** How many count at this moment. Throws LimitsUnavailable. */
  used(key: string): Promise<number>;
};

export type QuotaLimit = RateLimit & {
  /** Whether `take` would be allowed now, without counting. Throws LimitsUnavailable. */
  look(key: string): Promise<Allowed>;
};

/** `used` are those that count in the window, this one included: a second, lower mark needs no counter of its own. */
type Taken = { used: number } & Allowed;
export type Allowed = { allowed: true } | { allowed: false; retryAfterMs: number };

export type RateLimits = {
  /** So many attempts in a window that begins with the first; the rest waits for its end. */
  createQuota(quota: Quota): QuotaLimit;
  /** Some attempts are free; each one after them makes the next wait twice as long, up to a limit. */
  createGrowingWait(wait: GrowingWait): RateLimit;
};

type Quota = { name: string; attempts: number; withinMs: number };
type GrowingWait = {
  name: string;
  free: number;
  withinMs: number;
  firstWaitMs: number;
  longestWaitMs: number;
};

/** The store of the counters does not answer. Nobody may guess uncounted, so the attempt is not made. */
export class LimitsUnavailable extends Error {}

type Limiter = RateLimiterMemory | RateLimiterRedis;

export function createRateLimits({ redis }: { redis?: Redis | Cluster } = {}): RateLimits {
  const createLimiter = (name: string, points: number, durationMs: number): Limiter => {
    const options = {
      keyPrefix: `rate:${name}`,
      points,
      duration: inSeconds(durationMs),
    };
    if (redis === undefined) return new RateLimiterMemory(options);
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
    });
  };

  return {
    createQuota({ name, attempts, withinMs }) {
      const limiter = createLimiter(name, attempts, withinMs);
      return {
        async take(key) {
          const taken = await consume(limiter, key);
          if (taken.allowed) return taken;
          // Of many at once those that were refused would count on when those that passed were given back.
          await giveBackOne(limiter, key);
          return { ...taken, used: attempts };
        },
        giveBack: (key) => giveBackOne(limiter, key),
        forget: (key) => settled(limiter.delete(key)),
        used: async (key) => (await countIn(limiter, key)).used,
        async look(key) {
          const { used, endsInMs } = await countIn(limiter, key);
          if (used < attempts) return { allowed: true };
          return { allowed: false, retryAfterMs: Math.max(endsInMs, SECOND) };
        },
      };
    },
    createGrowingWait(wait) {
      const count = createLimiter(`${wait.name}:count`, wait.free, wait.withinMs);
      const gate = createLimiter(`${wait.name}:gate`, 1, wait.longestWaitMs);
      return {
        async take(key) {
          const { consumedPoints: used } = await counted(count.penalty(key));
          if (used <= wait.free) return { allowed: true, used };
          const taken = await consume(gate, key, waitAfter(used - wait.free, wait));
          if (taken.allowed) return { allowed: true, used };
          // One that is turned away was no attempt, and does not make the wait longer.
          await giveBackOne(count, key);
          return { ...taken, used: used - 1 };
        },
        async giveBack(key) {
          await Promise.all([giveBackOne(count, key), settled(gate.delete(key))]);
        },
        async forget(key) {
          await settled(Promise.all([count.delete(key), gate.delete(key)]));
        },
        used: async (key) => (await countIn(count, key)).used,
      };
    },
  };
}

/** How long the gate stays shut behind the nth attempt over the free ones. */
function waitAfter(nth: number, { firstWaitMs, longestWaitMs }: GrowingWait): number {
  return Math.min(firstWaitMs * 2 ** (nth - 1), longestWaitMs);
}

async function consume(limiter: Limiter, key: string, durationMs?: number): Promise<Taken> {
  const options = durationMs === undefined ? {} : { customDuration: inSeconds(durationMs) };
  try {
    const { consumedPoints: used } = await limiter.consume(key, 1, options);
    return { allowed: true, used };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw unavailable(refusal);
    return {
      allowed: false,
      used: refusal.consumedPoints,
      retryAfterMs: Math.max(refusal.msBeforeNext, SECOND),
    };
  }
}

/** What is given back to a window that has ended meanwhile is no credit in the one that began since. */
async function giveBackOne(limiter: Limiter, key: string): Promise<void> {
  const { consumedPoints } = await counted(limiter.reward(key));
  if (consumedPoints < 0) await settled(limiter.penalty(key));
}

async function countIn(limiter: Limiter, key: string): Promise<{ used: number; endsInMs: number }> {
  const kept = await counted(limiter.get(key));
  // In the process a window that has ended is still there for a moment, until its timer runs.
  return kept === null || kept.msBeforeNext <= 0
    ? { used: 0, endsInMs: 0 }
    : { used: kept.consumedPoints, endsInMs: kept.msBeforeNext };
}

async function counted<Result>(result: Promise<Result>): Promise<Result> {
  return result.catch((cause) => {
    throw unavailable(cause);
  });
}

async function settled(result: Promise<unknown>): Promise<void> {
  await counted(result);
}

function unavailable(cause: unknown): LimitsUnavailable {
  return new LimitsUnavailable('attempts cannot be counted', { cause });
}
