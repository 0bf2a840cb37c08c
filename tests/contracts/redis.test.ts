import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis, type RedisConnection } from '#platform/redis.ts';
import { checkRedis, readRedisFullness } from '#platform/redis-fitness.ts';
import { createRedisStateStore } from '#platform/redis-state-store.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startRedis, type TestRedis } from '#tests/support/redis.ts';
import { sharedRedisCluster } from '#tests/support/servers.ts';

let server: TestRedis;
const opened: RedisConnection[] = [];

beforeAll(async () => {
  server = await startRedis({ appendonly: false });
});
afterAll(async () => {
  for (const { redis } of opened) redis.disconnect();
  await server.stop();
});

function connect(url: string, onTrouble?: (error: Error) => void): RedisConnection {
  const connection = connectRedis(url, onTrouble === undefined ? {} : { onTrouble });
  opened.push(connection);
  return connection;
}

async function configure(settings: Record<string, string>): Promise<void> {
  const redis = new Redis(server.url);
  for (const [name, value] of Object.entries(settings)) await redis.config('SET', name, value);
  redis.disconnect();
}

test.each([
  [{ save: '', 'maxmemory-policy': 'allkeys-lru' }, ['maxmemory-policy is allkeys-lru', 'neither AOF nor RDB']],
  [{ save: '3600 1', 'maxmemory-policy': 'volatile-ttl' }, ['maxmemory-policy is volatile-ttl']],
  [{ save: '', 'maxmemory-policy': 'noeviction' }, ['neither AOF nor RDB']],
])('a Redis that may lose sessions is unfit: %o', async (settings, problems) => {
  await configure(settings);
  const fitness = await checkRedis(connect(server.url));
  expect(fitness).toEqual({ outcome: 'unfit', problems: problems.map((start) => expect.stringMatching(start)) });
});

test.each([
  { save: '3600 1', appendonly: 'no' },
  { save: '', appendonly: 'yes' },
])('a Redis that keeps what it is given is fit: %o', async (settings) => {
  await configure({ ...settings, 'maxmemory-policy': 'noeviction' });
  expect(await checkRedis(connect(server.url))).toEqual({ outcome: 'fit' });
  await configure({ appendonly: 'no' });
});

test('a managed Redis that does not answer CONFIG is told apart, unless INFO already shows what is wrong', async () => {
  await configure({ save: '3600 1', 'maxmemory-policy': 'noeviction' });
  const redis = new Redis(server.url);
  await redis.acl('SETUSER', 'managed', 'on', '>pw', '~*', '+@all', '-config');
  const url = `redis://managed:pw@127.0.0.1:${server.port}`;
  expect(await checkRedis(connect(url))).toEqual({ outcome: 'does-not-tell', unanswered: ['save'] });
  await configure({ 'maxmemory-policy': 'allkeys-lru' });
  expect(await checkRedis(connect(url))).toMatchObject({ outcome: 'unfit' });
  await configure({ 'maxmemory-policy': 'noeviction' });
  redis.disconnect();
});

test('every master of a Cluster is asked, even right after connecting', async () => {
  const { url } = await sharedRedisCluster();
  const connection = connect(url);
  expect(await checkRedis(connection)).toMatchObject({ outcome: 'unfit', problems: [expect.stringMatching('AOF')] });
  expect(await readRedisFullness(connection)).toBe(0);
});

test('a Redis that is away is not taken for a fit one', async () => {
  const port = await findFreePort();
  await expect(checkRedis(connect(`redis://127.0.0.1:${port}`))).rejects.toThrow();
  await expect(checkRedis(connect(`redis+cluster://127.0.0.1:${port}`))).rejects.toThrow();
});

test('fullness is the share of the limit that is used', async () => {
  const connection = connect(server.url);
  expect(await readRedisFullness(connection)).toBe(0);
  await configure({ maxmemory: String(1024 ** 3) });
  const fullness = await readRedisFullness(connection);
  expect(fullness).toBeGreaterThan(0);
  expect(fullness).toBeLessThan(0.1);
  await configure({ maxmemory: '0' });
});

test('a wrong password is reported, and appears nowhere in the report', async () => {
  const troubles: Error[] = [];
  const { redis } = connect(`redis://nobody:hunter2-hunter2@127.0.0.1:${server.port}`, (error) => troubles.push(error));
  await expect.poll(() => troubles.length, { timeout: 5000 }).toBeGreaterThan(0);
  const everything = troubles.flatMap((error) =>
    Object.getOwnPropertyNames(error).map((name) => JSON.stringify(Reflect.get(error, name))),
  );
  expect(everything.join('\n')).toMatch(/WRONGPASS/);
  expect(everything.join('\n')).not.toContain('hunter2');
  redis.disconnect();
});

test('an error of a command does not carry what was written', async () => {
  const connection = connect(server.url);
  await connection.redis.set('text', 'not a hash', 'PX', 60_000);
  const store = createRedisStateStore(connection);
  const error = await store
    .write('text', { set: { a: 'planted-value' }, expiresInMs: 1000 })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  const everything = Object.getOwnPropertyNames(error).map((name) => JSON.stringify(Reflect.get(error as Error, name)));
  expect(everything.join('\n')).not.toContain('planted-value');
});

test.each([
  ['one node', (port: number) => `redis://127.0.0.1:${port}`],
  ['a Cluster', (port: number) => `redis+cluster://127.0.0.1:${port}`],
  ['Sentinels', (port: number) => `redis+sentinel://127.0.0.1:${port}/mymaster`],
])('while %s is away, commands fail within about two seconds instead of queueing up', async (_, url) => {
  const store = createRedisStateStore(connect(url(await findFreePort())));
  const startedAt = performance.now();
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => store.read('a')));
  expect(attempts.every((attempt) => attempt.status === 'rejected')).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(4000);
});

test('after a restart of Redis the same store works again', async () => {
  const port = await findFreePort();
  const before = await startRedis({ port });
  const store = createRedisStateStore(connect(before.url));
  await store.write('a', { set: { b: '1' }, expiresInMs: 60_000 });
  await before.stop();
  await expect(store.read('a')).rejects.toThrow();
  const after = await startRedis({ port });
  await expect
    .poll(() => store.write('a', { set: { b: '2' }, expiresInMs: 60_000 }).catch(() => false), { timeout: 8000 })
    .toBe(true);
  expect(await store.claim('a', 'consumed', '1')).toBe('first');
  await after.stop();
});
