import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';
import { startRedis, startRedisCluster } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the servers of this run. */
    serverKeeper: string;
    mayUseServers: boolean;
  }
}

type Kept = { url: string; stop(): Promise<void> };

/**
 * Vitest calls this once a run. The servers are shared by all test files and start when the first file asks, so that a
 * run of unit tests starts none. REDIS_URL, REDIS_CLUSTER_URL and DATABASE_URL name servers to use instead of our own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kinds: Record<string, () => Promise<Kept>> = {
    '/redis': () => given('REDIS_URL') ?? startRedis(),
    '/redis-cluster': () => given('REDIS_CLUSTER_URL') ?? startRedisCluster(),
    '/postgres': () => given('DATABASE_URL') ?? startPostgres(),
  };
  const kept = new Map<string, Promise<Kept>>();

  const keeper = createServer(async (request, response) => {
    const path = request.url ?? '';
    const start = kinds[path];
    if (start === undefined) return response.writeHead(404).end();
    const server = kept.get(path) ?? start();
    kept.set(path, server);
    try {
      response.end((await server).url);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => keeper.listen(0, '127.0.0.1', resolve));
  project.provide('serverKeeper', `http://127.0.0.1:${(keeper.address() as AddressInfo).port}`);

  return async () => {
    keeper.close();
    keeper.closeAllConnections();
    const started = await Promise.allSettled(kept.values());
    await Promise.all(started.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)));
  };
}

function given(name: 'REDIS_URL' | 'REDIS_CLUSTER_URL' | 'DATABASE_URL'): Promise<Kept> | undefined {
  const url = process.env[name];
  if (url === undefined || url === '') return undefined;
  return Promise.resolve({ url, stop: async () => {} });
}
