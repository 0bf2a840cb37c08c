import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from '#tests/support/postgres.ts';
import { startRedis } from '#tests/support/redis.ts';
import { readCpu } from './processes.ts';
import type { StoreReadings } from './side.ts';

/** A private Redis and a private PostgreSQL in temporary folders, beside the generator on its core. */
export type Stores = {
  redisUrl: string;
  databaseUrl: string;
  versions: Record<string, string>;
  read(): Promise<Omit<StoreReadings, 'roundTrips'>>;
  stop(): Promise<void>;
};

export async function startStores(): Promise<Stores> {
  const [redisServer, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const redis = new Redis(redisServer.url);
  const databaseUrl = await postgres.createDatabase();
  const database = await askOnce(
    databaseUrl,
    `select pg_read_file('postmaster.pid') as pid, current_setting('server_version') as version`,
  );
  const postmaster = Number.parseInt(database.pid ?? '', 10);

  return {
    redisUrl: redisServer.url,
    databaseUrl,
    versions: {
      Redis: field(await redis.info('server'), 'redis_version'),
      PostgreSQL: database.version?.split(' ')[0] ?? 'unknown',
    },
    async read() {
      const [stats, cpu] = [await redis.info('stats'), await redis.info('cpu')];
      const { ownMs, childrenMs } = readCpu(postmaster);
      return {
        redisCommands: Number(field(stats, 'total_commands_processed')),
        redisCpuMs: (Number(field(cpu, 'used_cpu_sys')) + Number(field(cpu, 'used_cpu_user'))) * 1000,
        databaseCpuMs: ownMs + childrenMs,
      };
    },
    async stop() {
      redis.disconnect();
      await Promise.all([redisServer.stop(), postgres.stop()]);
    },
  };
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
}

async function askOnce(url: string, question: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(question)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}
