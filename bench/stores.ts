import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from '#tests/support/postgres.ts';
import { startRedis, startRedisCluster } from '#tests/support/redis.ts';
import { readCpu } from './processes.ts';
import type { StoreReadings } from './side.ts';

/** A private Redis (one node, or three primaries with a replica each) and a private PostgreSQL, beside the generator on its core. */
export type Stores = {
  redisUrl: string;
  databaseUrl: string;
  versions: Record<string, string>;
  read(): Promise<Omit<StoreReadings, 'roundTrips'>>;
  stop(): Promise<void>;
};

export async function startStores({ onCluster = false }: { onCluster?: boolean } = {}): Promise<Stores> {
  const [redisServer, postgres] = await Promise.all([
    onCluster ? startClusterThatKeeps() : startOneRedis(),
    startPostgres(),
  ]);
  const nodes = redisServer.ports.map((port) => new Redis(port, '127.0.0.1'));
  const databaseUrl = await postgres.createDatabase();
  const database = await askOnce(
    databaseUrl,
    `select pg_read_file('postmaster.pid') as pid, current_setting('server_version') as version`,
  );
  const postmaster = Number.parseInt(database.pid ?? '', 10);
  const sum = async (read: (node: Redis) => Promise<number>) =>
    (await Promise.all(nodes.map(read))).reduce((total, one) => total + one, 0);

  return {
    redisUrl: redisServer.url,
    databaseUrl,
    versions: {
      Redis: `${field((await nodes[0]?.info('server')) ?? '', 'redis_version')}${onCluster ? ' (a Cluster of six)' : ''}`,
      PostgreSQL: database.version?.split(' ')[0] ?? 'unknown',
    },
    async read() {
      const { ownMs, childrenMs } = readCpu(postmaster);
      return {
        redisCommands: await sum(async (node) => Number(field(await node.info('stats'), 'total_commands_processed'))),
        redisCpuMs: await sum(async (node) => {
          const cpu = await node.info('cpu');
          return (Number(field(cpu, 'used_cpu_sys')) + Number(field(cpu, 'used_cpu_user'))) * 1000;
        }),
        databaseCpuMs: ownMs + childrenMs,
      };
    },
    async stop() {
      for (const node of nodes) node.disconnect();
      await Promise.all([redisServer.stop(), postgres.stop()]);
    },
  };
}

async function startOneRedis() {
  const server = await startRedis();
  return { ...server, ports: [server.port] };
}

/** Production refuses a Redis without its append-only file, and the Cluster of the tests has none. */
async function startClusterThatKeeps() {
  const cluster = await startRedisCluster();
  for (const port of cluster.ports) {
    const node = new Redis(port, '127.0.0.1');
    await node.config('SET', 'appendfilename', `${port}.aof`).catch(() => undefined);
    await node.config('SET', 'appendonly', 'yes');
    node.disconnect();
  }
  return cluster;
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
