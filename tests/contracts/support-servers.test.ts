import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { migratedDatabase, ownRedis, sharedRedisCluster } from '#tests/support/servers.ts';

test('every caller gets an empty Redis database of its own', async () => {
  const [mine, other] = await Promise.all([ownRedis(), ownRedis()]);
  const [redis, elsewhere] = [new Redis(mine), new Redis(other)];
  await redis.set('seen', 'only by me');
  expect(await redis.get('seen')).toBe('only by me');
  expect(await elsewhere.get('seen')).toBeNull();
  redis.disconnect();
  elsewhere.disconnect();
});

test('the cluster has three primaries with a replica each', async () => {
  const { url } = await sharedRedisCluster();
  const redis = new Redis(url.replace('redis+cluster:', 'redis:').split(',')[0] ?? '');
  const nodes = String(await redis.call('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  redis.disconnect();
  expect(nodes.filter((node) => node.includes('master'))).toHaveLength(3);
  expect(nodes.filter((node) => node.includes('slave'))).toHaveLength(3);
});

test('every caller gets a PostgreSQL database of its own', async () => {
  const client = new Client({ connectionString: await migratedDatabase() });
  await client.connect();
  await client.query('create table seen (id int)');
  await client.end();
  const other = new Client({ connectionString: await migratedDatabase() });
  await other.connect();
  await expect(other.query('select * from seen')).rejects.toThrow('does not exist');
  await other.end();
});
