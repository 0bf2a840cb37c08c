import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';
import { createDatabaseOn, dropDatabase } from './postgres.ts';

/**
 * The run's shared servers, asked for by a test file at its top or in beforeAll. Each call gives a place of the
 * caller's own, so files run side by side. Tests that stop a server, or change its settings, start a private one with
 * startRedis or startPostgres.
 */

/** An empty Redis database with a number of its own; answers `redis://127.0.0.1:<port>/<number>`. */
export async function ownRedis(): Promise<string> {
  const server = await ask('redis');
  const redis = new Redis(server);
  try {
    const [, available] = (await redis.config('GET', 'databases')) as [string, string];
    const number = await redis.incr('panjereh-tests:last-database');
    if (number >= Number(available)) throw new Error(`${server} has ${available} databases, and all are in use`);
    await redis.select(number);
    await redis.flushdb();
    const url = new URL(server);
    url.pathname = `/${number}`;
    return url.href;
  } finally {
    redis.disconnect();
  }
}

/** The six-node cluster, which has one database for all, and a prefix under which the caller is alone. */
export async function sharedRedisCluster(): Promise<{ url: string; prefix: string }> {
  return { url: await ask('redis-cluster'), prefix: `t${randomBytes(6).toString('hex')}:` };
}

/** A new empty PostgreSQL database, dropped when the file has run. */
export async function ownDatabase(): Promise<string> {
  const url = await createDatabaseOn(await ask('postgres'));
  afterAll(() => dropDatabase(url));
  return url;
}

async function ask(kind: string): Promise<string> {
  if (!inject('mayUseServers')) {
    throw new Error('a unit test needs no server; move it to tests/contracts, journeys, attacks or topology');
  }
  const answer = await fetch(`${inject('serverKeeper')}/${kind}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`no ${kind} for the tests: ${text}`);
  return text;
}
