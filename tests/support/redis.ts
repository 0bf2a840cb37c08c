import { Redis } from 'ioredis';
import { findBinary } from './binaries.ts';
import { findFreePort } from './ports.ts';
import { startProcess, temporaryFolder, waitUntil } from './processes.ts';
import { dumpRedis } from './redis-dump.ts';

export type TestRedis = {
  url: string;
  port: number;
  /** Empties every database of this server. */
  flush(): Promise<void>;
  /** Everything it holds, as text, to search for what may not be there. */
  dump(): Promise<string>;
  stop(): Promise<void>;
};

type TestRedisCluster = Omit<TestRedis, 'port'> & { ports: readonly number[] };

/** Enough that every test file of a run gets its own. */
const DATABASES = 1024;

/** One private Redis, ready to answer. Persistence and policy are those the product asks for, unless told otherwise. */
export async function startRedis({
  appendonly = true,
  policy = 'noeviction',
  port,
}: {
  appendonly?: boolean;
  policy?: string;
  port?: number;
} = {}): Promise<TestRedis> {
  const folder = await temporaryFolder('redis');
  const listensOn = port ?? (await findFreePort());
  const server = await startProcess({
    command: findBinary('redis-server'),
    args: [
      ...serverOptions({ port: listensOn, folder: folder.path, appendonly, policy }),
      '--databases',
      String(DATABASES),
    ],
    ready: /Ready to accept connections/,
  });
  const url = `redis://127.0.0.1:${listensOn}`;
  return {
    url,
    port: listensOn,
    flush: () => withRedis(url, async (redis) => void (await redis.flushall())),
    dump: () => dumpRedis(url),
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

/** Three primaries and three replicas as six processes, all slots covered and every replica in step. */
export async function startRedisCluster(): Promise<TestRedisCluster> {
  const folder = await temporaryFolder('redis-cluster');
  const nodes = await Promise.all([0, 1, 2, 3, 4, 5].map(() => startClusterNode(folder.path)));
  const ports = nodes.map((node) => node.port);
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const create = await startProcess({
    command: findBinary('redis-cli'),
    args: ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
  });
  if ((await create.exited) !== 0) throw new Error(`redis-cli --cluster create failed:\n${create.output()}`);
  await Promise.all(ports.map((port) => waitUntilJoined(port)));

  const url = `redis+cluster://${addresses.join(',')}`;
  return {
    url,
    ports,
    flush: () => onEveryPrimary(ports, async (redis) => void (await redis.flushall())),
    async dump() {
      const dumps = await Promise.all(ports.map((port) => dumpRedis(`redis://127.0.0.1:${port}`)));
      return dumps.join('\n');
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
      await folder.remove();
    },
  };
}

async function startClusterNode(folder: string) {
  const port = await findFreePort();
  const busPort = await findFreePort();
  const server = await startProcess({
    command: findBinary('redis-server'),
    args: [
      ...serverOptions({ port, folder, appendonly: false, policy: 'noeviction' }),
      ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
      ...['--cluster-config-file', `nodes-${port}.conf`, '--cluster-node-timeout', '5000'],
      ...['--repl-diskless-sync-delay', '0', '--dbfilename', `${port}.rdb`],
    ],
    ready: /Ready to accept connections/,
  });
  return { port, stop: server.stop };
}

function serverOptions({
  port,
  folder,
  appendonly,
  policy,
}: {
  port: number;
  folder: string;
  appendonly: boolean;
  policy: string;
}): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', appendonly ? 'yes' : 'no', '--maxmemory-policy', policy],
  ];
}

async function waitUntilJoined(port: number): Promise<void> {
  await withRedis(`redis://127.0.0.1:${port}`, (redis) =>
    waitUntil(
      async () => {
        const [cluster, nodes, replication] = await Promise.all([
          redis.call('CLUSTER', 'INFO') as Promise<string>,
          redis.call('CLUSTER', 'NODES') as Promise<string>,
          redis.info('replication'),
        ]);
        const knowsEveryReplica = nodes.split('slave').length === 4;
        const isInStep = replication.includes('role:master')
          ? replication.includes('connected_slaves:1')
          : replication.includes('master_link_status:up');
        return cluster.includes('cluster_state:ok') && knowsEveryReplica && isInStep;
      },
      { what: `the cluster node on port ${port}` },
    ),
  );
}

async function onEveryPrimary(ports: readonly number[], ask: (redis: Redis) => Promise<void>): Promise<void> {
  for (const port of ports) {
    await withRedis(`redis://127.0.0.1:${port}`, async (redis) => {
      const replication = await redis.info('replication');
      if (replication.includes('role:master')) await ask(redis);
    });
  }
}

async function withRedis<Answer>(url: string, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
