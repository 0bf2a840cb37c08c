import { randomUUID } from 'node:crypto';

import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { MINUTE, SECOND } from '#platform/durations.ts';
import { createRateLimits, LimitsUnavailable, type RateLimits } from '#platform/rate-limits.ts';
import { ownRedis, sharedRedisCluster } from '#tests/support/servers.ts';

let redis: Redis;
beforeAll(async () => {
  redis = new Redis(await ownRedis());
});
afterAll(() => redis.disconnect());

/** Each store with its own way of letting time pass: the counters keep the time of their store, not ours. */
const stores: [string, () => RateLimits, (ms: number) => Promise<void>][] = [
  ['in this process', () => createRateLimits(), async (ms) => void vi.advanceTimersByTime(ms)],
  ['in Redis', () => createRateLimits({ redis }), letRedisAge],
];

/** Redis has no clock to move: every key is brought nearer to its end instead. */
async function letRedisAge(ms: number): Promise<void> {
  for (const key of await redis.keys('*')) await redis.pexpire(key, Math.max((await redis.pttl(key)) - ms, 1), 'XX');
  // One in its last millisecond still counts.
  const left = async () => Promise.all((await redis.keys('*')).map((key) => redis.pttl(key)));
  await vi.waitUntil(async () => (await left()).every((milliseconds) => milliseconds > 1));
}

describe.each(stores)('attempts counted %s', (_name, createLimits, letPass) => {
  let limits: RateLimits;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await redis.flushdb();
    limits = createLimits();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const wait = { name: 'wait', free: 3, withinMs: 60 * MINUTE, firstWaitMs: 10 * SECOND, longestWaitMs: 40 * SECOND };

  test('a quota lets so many through, and the rest waits for the end of the window', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 3, withinMs: MINUTE });
    const taken = [];
    for (let i = 0; i < 4; i++) taken.push((await quota.take('key')).allowed);
    expect(taken).toEqual([true, true, true, false]);
    expect(await quota.take('key')).toEqual({ allowed: false, used: 3, retryAfterMs: expect.any(Number) });
    expect((await quota.take('another key')).allowed).toBe(true);
    await letPass(MINUTE);
    await vi.waitUntil(async () => (await quota.take('key')).allowed);
  });

  test('looking at a quota counts nothing, and says what taking would', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 2, withinMs: MINUTE });
    for (let i = 0; i < 5; i++) expect(await quota.look('key')).toEqual({ allowed: true });
    await quota.take('key');
    expect(await quota.look('key')).toEqual({ allowed: true });
    await quota.take('key');
    expect(await quota.look('key')).toEqual({ allowed: false, retryAfterMs: expect.any(Number) });
    expect(await quota.take('key')).toMatchObject({ allowed: false });
  });

  test('of many at once no more pass than one after another', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 5, withinMs: MINUTE });
    const growing = limits.createGrowingWait(wait);
    const allowed = async (take: () => Promise<{ allowed: boolean }>) =>
      (await Promise.all(Array.from({ length: 64 }, take))).filter((taken) => taken.allowed).length;
    expect(await allowed(() => quota.take('key'))).toBe(5);
    // The first one over the free ones is let through; it shuts the gate behind itself.
    expect(await allowed(() => growing.take('key'))).toBe(4);
  });

  test('after the free attempts each wait is twice the one before, up to the longest', async () => {
    const growing = limits.createGrowingWait(wait);
    for (let i = 0; i < 4; i++) expect((await growing.take('key')).allowed).toBe(true);
    for (const expected of [10, 20, 40, 40]) {
      const refused = await growing.take('key');
      if (refused.allowed) throw new Error('was not refused');
      expect(refused.retryAfterMs).toBeGreaterThan((expected - 2) * SECOND);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(expected * SECOND);
      await letPass(expected * SECOND);
      await vi.waitUntil(async () => (await growing.take('key')).allowed);
    }
  });

  test('hammering while it waits does not make the wait longer', async () => {
    const growing = limits.createGrowingWait(wait);
    for (let i = 0; i < 50; i++) await growing.take('key');
    await letPass(10 * SECOND);
    await vi.waitUntil(async () => (await growing.take('key')).allowed);
    const next = await growing.take('key');
    expect(next.allowed || next.retryAfterMs > 20 * SECOND).toBe(false);
  });

  test('taking tells how many count in the window, and asking for their number counts nothing', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 2, withinMs: MINUTE });
    const growing = limits.createGrowingWait({ ...wait, free: 2 });
    for (const { limit, most } of [
      { limit: quota, most: 2 },
      // The first one over the free ones is let through.
      { limit: growing, most: 3 },
    ]) {
      expect(await limit.used('key')).toBe(0);
      for (let count = 1; count <= most; count++)
        expect(await limit.take('key')).toEqual({ allowed: true, used: count });
      expect(await limit.used('key')).toBe(most);
      // What is turned away was no attempt.
      expect(await limit.take('key')).toMatchObject({ allowed: false, used: most });
      expect(await limit.used('key')).toBe(most);
      await limit.giveBack('key');
      await limit.forget('key');
      expect(await limit.used('key')).toBe(0);
    }
    await quota.take('key');
    await letPass(MINUTE);
    await vi.waitUntil(async () => (await quota.used('key')) === 0);
  });

  test('what is given back does not count', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 2, withinMs: MINUTE });
    const growing = limits.createGrowingWait(wait);
    for (let i = 0; i < 20; i++) {
      expect((await quota.take('key')).allowed && (await growing.take('key')).allowed).toBe(true);
      await Promise.all([quota.giveBack('key'), growing.giveBack('key')]);
    }
  });

  test('what many at once were refused is not missing afterwards, when those who passed give back', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 3, withinMs: MINUTE });
    const taken = await Promise.all(Array.from({ length: 64 }, () => quota.take('key')));
    const passed = taken.filter(({ allowed }) => allowed);
    expect(passed).toHaveLength(3);
    for (const _ of passed) await quota.giveBack('key');
    expect(await quota.used('key')).toBe(0);
  });

  test('what is given back after the end of its window is no credit in the next one', async () => {
    const quota = limits.createQuota({ name: 'quota', attempts: 3, withinMs: MINUTE });
    const growing = limits.createGrowingWait({ ...wait, withinMs: MINUTE });
    for (const [limit, most] of [[quota, 3] as const, [growing, 4] as const]) {
      for (let i = 0; i < 3; i++) await limit.take('key');
      await letPass(MINUTE);
      await vi.waitUntil(async () => (await limit.used('key')) === 0);
      await Promise.all([limit.giveBack('key'), limit.giveBack('key'), limit.giveBack('key')]);
      expect(await limit.used('key')).toBe(0);
      const taken = [];
      for (let i = 0; i < most + 3; i++) taken.push((await limit.take('key')).allowed);
      expect(taken.filter((isAllowed) => isAllowed)).toHaveLength(most);
    }
  });

  test('what is forgotten begins anew', async () => {
    const growing = limits.createGrowingWait(wait);
    for (let i = 0; i < 6; i++) await growing.take('key');
    await growing.forget('key');
    for (let i = 0; i < 4; i++) expect((await growing.take('key')).allowed).toBe(true);
  });
});

test('every counter in Redis expires', async () => {
  await redis.flushdb();
  const limits = createRateLimits({ redis });
  const quota = limits.createQuota({ name: 'quota', attempts: 1, withinMs: MINUTE });
  const growing = limits.createGrowingWait({
    name: 'w',
    free: 1,
    withinMs: MINUTE,
    firstWaitMs: SECOND,
    longestWaitMs: SECOND,
  });
  for (const limit of [quota, growing]) {
    await limit.giveBack('given back before it was taken');
    for (let i = 0; i < 3; i++) await limit.take('key');
  }
  const keys = await redis.keys('*');
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys) expect(await redis.pttl(key), key).toBeGreaterThan(0);
});

test('when Redis is gone nothing passes uncounted', async () => {
  const gone = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null });
  const limits = createRateLimits({ redis: gone });
  const quota = limits.createQuota({ name: 'quota', attempts: 100, withinMs: MINUTE });
  const growing = limits.createGrowingWait({
    name: 'w',
    free: 100,
    withinMs: MINUTE,
    firstWaitMs: SECOND,
    longestWaitMs: SECOND,
  });
  await expect(quota.take('key')).rejects.toThrow(LimitsUnavailable);
  await expect(growing.take('key')).rejects.toThrow(LimitsUnavailable);
  gone.disconnect();
});

test('on a Cluster, where every key may live on another node, the counters count the same', async () => {
  const { url } = await sharedRedisCluster();
  const cluster = new Cluster(
    url
      .slice('redis+cluster://'.length)
      .split(',')
      .map((node) => `redis://${node}`),
  );
  const limits = createRateLimits({ redis: cluster });
  const growing = limits.createGrowingWait({
    name: 'w',
    free: 3,
    withinMs: MINUTE,
    firstWaitMs: MINUTE,
    longestWaitMs: MINUTE,
  });
  const key = randomUUID();
  try {
    await vi.waitUntil(() => cluster.status === 'ready', { timeout: 10_000 });
    const taken = await Promise.all(Array.from({ length: 20 }, () => growing.take(key)));
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(4);
    await growing.forget(key);
    expect((await growing.take(key)).allowed).toBe(true);
    await growing.giveBack(key);
  } finally {
    cluster.disconnect();
  }
});
