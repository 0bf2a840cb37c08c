import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, inject } from 'vitest';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { createDatabaseOn, dropDatabase } from './postgres.ts';
import { temporaryFolder } from './processes.ts';

/**
 * The run's shared servers, asked for by a test file at its top or in beforeAll. Each call gives a place of the
 * caller's own, so files run side by side. Tests that stop a server, or change its settings, start a private one with
 * startRedis or startPostgres.
 */

/** An empty Redis database with a number of its own; answers `redis://127.0.0.1:<port>/<number>`. */
export async function ownRedis(): Promise<string> {
  const server = await askForServer('redis');
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
  return { url: await askForServer('redis-cluster'), prefix: `t${randomBytes(6).toString('hex')}:` };
}

/** A new empty PostgreSQL database, dropped when the file has run. */
export async function ownDatabase(): Promise<string> {
  return dropAtTheEnd(await createDatabaseOn(await askForServer('postgres')));
}

/** One that is migrated already. */
export async function migratedDatabase(): Promise<string> {
  const template = await askForServer('migrated-postgres');
  return dropAtTheEnd(await createDatabaseOn(await askForServer('postgres'), { template }));
}

/** A migrated embedded database, gone when it is closed. Needs no server. */
export async function openEmbedded(): Promise<DatabaseConnection> {
  const folder = await temporaryFolder('embedded');
  const embeddedIn = join(folder.path, 'database');
  await copyEmbedded(embeddedIn);
  const connection = await connectDatabase({ embeddedIn });
  return {
    ...connection,
    async close() {
      await connection.close();
      await folder.remove();
    },
  };
}

/** The files of a migrated embedded database, at a path where nothing is yet. */
export async function copyEmbedded(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  cpSync(await ask('migrated-embedded'), path, { recursive: true, errorOnExist: true });
}

function dropAtTheEnd(url: string): string {
  afterAll(() => dropDatabase(url));
  return url;
}

function askForServer(kind: string): Promise<string> {
  if (!inject('mayUseServers')) {
    throw new Error('a unit test needs no server; move it to tests/contracts, journeys, attacks or topology');
  }
  return ask(kind);
}

async function ask(kind: string): Promise<string> {
  const answer = await fetch(`${inject('serverKeeper')}/${kind}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`no ${kind} for the tests: ${text}`);
  return text;
}
