import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { connectRedis } from '#platform/redis.ts';
import { createRedisStateStore } from '#platform/redis-state-store.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startRedis } from '#tests/support/redis.ts';
import { ownRedis, sharedRedisCluster } from '#tests/support/servers.ts';
import { describeStateStore, letRealTimePass } from './state-store-contract.ts';

describeStateStore('in memory', async () => {
  const clock = createFakeClock();
  const store = createMemoryStateStore({ clock });
  return { store, prefix: '', letPass: async (ms) => clock.advance(ms), close: () => store.close() };
});

describeStateStore('on one Redis', async () => {
  const connection = connectRedis(await ownRedis());
  const store = createRedisStateStore(connection);
  const close = async () => {
    expect(await keysWithoutExpiry([connection.redis as Redis], '')).toEqual([]);
    await store.close();
  };
  return { store, prefix: '', letPass: letRealTimePass, close };
});

describeStateStore('on a Redis Cluster', async () => {
  const { url, prefix } = await sharedRedisCluster();
  const connection = connectRedis(url);
  if (connection.kind !== 'cluster') throw new Error('expected a Cluster');
  const store = createRedisStateStore(connection);
  const close = async () => {
    expect(await keysWithoutExpiry(connection.redis.nodes('master'), prefix)).toEqual([]);
    await store.close();
  };
  return { store, prefix, letPass: letRealTimePass, close };
});

test('the control: a key without an expiry is found', async () => {
  const { redis } = connectRedis(await ownRedis());
  await redis.hset('kept for ever', 'a', '1');
  expect(await keysWithoutExpiry([redis as Redis], '')).toEqual(['kept for ever']);
  redis.disconnect();
});

test('a read with followed links, a write and a claim are one command each on one node', async () => {
  const commands: string[] = [];
  // Redis counts for all its databases together, so this one is nobody else's.
  const server = await startRedis();
  const connection = connectRedis(server.url);
  const store = createRedisStateStore({ ...connection, onCommand: (command) => commands.push(command) });
  await store.write('b', { set: { a: '1' }, expiresInMs: 60_000 });
  await store.write('a', { set: { next: 'b' }, expiresInMs: 60_000 });
  await store.read('a', { follow: [['next']] });
  await store.claim('a', 'consumed', '1');
  const before = await commandsSoFar(connection.redis as Redis);

  await store.write('a', { set: { next: 'b' }, expiresInMs: 60_000, when: 'present' });
  await store.read('a', { follow: [['next'], ['next', 'none']] });
  await store.claim('a', 'consumed', '1');
  await store.read('a');
  const after = await commandsSoFar(connection.redis as Redis);
  expect({ evalsha: after.evalsha - before.evalsha, eval: after.eval - before.eval }).toEqual({ evalsha: 3, eval: 0 });
  expect(commands.slice(-4)).toEqual(['write', 'read', 'claim', 'read']);
  await store.close();
  await server.stop();
});

test('in memory, what expired does not pile up', async () => {
  const clock = createFakeClock();
  const store = createMemoryStateStore({ clock });
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heapInUse = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = heapInUse();
  for (let count = 0; count < 50_000; count += 1) {
    clock.advance(10);
    await store.write(`key-${count}`, { set: { payload: `${count}`.padEnd(1000, 'x') }, expiresInMs: 1000 });
  }
  expect(heapInUse() - before).toBeLessThan(10_000_000);
  // The control: as many that live on are held.
  for (let count = 0; count < 50_000; count += 1) {
    await store.write(`key-${count}`, {
      set: { payload: Buffer.alloc(1000, `${count}`).toString() },
      expiresInMs: 1000,
    });
  }
  expect(heapInUse() - before).toBeGreaterThan(40_000_000);
  expect(await store.read('key-1')).toBeDefined();
});

async function keysWithoutExpiry(nodes: readonly Redis[], prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const node of nodes) {
    for (const key of await node.keys(`${prefix}*`)) {
      if ((await node.pttl(key)) === -1) found.push(key);
    }
  }
  return found;
}

/** How often clients sent scripts; what a script calls inside is counted under its own name. */
async function commandsSoFar(redis: Redis): Promise<{ evalsha: number; eval: number }> {
  const stats = await redis.info('commandstats');
  const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return { evalsha: calls('evalsha'), eval: calls('eval') };
}
