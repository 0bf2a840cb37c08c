import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';
import { type Prepared, prepareEmbedded, preparePostgres } from './prepared-databases.ts';
import { startRedis, startRedisCluster } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the servers of this run. */
    serverKeeper: string;
    mayUseServers: boolean;
  }
}

/**
 * Vitest calls this once a run. The servers are shared by all test files and start when the first file asks, so that a
 * run of unit tests starts none; so are the databases that tests copy. REDIS_URL, REDIS_CLUSTER_URL and DATABASE_URL name servers to use instead of our own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kinds: Record<string, () => Promise<Prepared>> = {
    '/redis': () => given('REDIS_URL') ?? startRedis(),
    '/redis-cluster': () => given('REDIS_CLUSTER_URL') ?? startRedisCluster(),
    '/postgres': () => given('DATABASE_URL') ?? startPostgres(),
    '/migrated-postgres': async () => preparePostgres((await keep('/postgres')).url),
    '/migrated-embedded': prepareEmbedded,
  };
  const kept = new Map<string, Promise<Prepared>>();
  const keep = (path: string): Promise<Prepared> => {
    const start = kinds[path];
    if (start === undefined) throw new Error(`nothing is kept at ${path}`);
    const known = kept.get(path) ?? start();
    kept.set(path, known);
    return known;
  };

  const keeper = createServer(async (request, response) => {
    try {
      response.end((await keep(request.url ?? '')).url);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => keeper.listen(0, '127.0.0.1', resolve));
  project.provide('serverKeeper', `http://127.0.0.1:${(keeper.address() as AddressInfo).port}`);

  return async () => {
    keeper.close();
    keeper.closeAllConnections();
    // The last first: a database is dropped before its server stops.
    for (const started of [...kept.values()].reverse()) {
      await started.then(
        ({ stop }) => stop(),
        () => undefined,
      );
    }
  };
}

function given(name: 'REDIS_URL' | 'REDIS_CLUSTER_URL' | 'DATABASE_URL'): Promise<Prepared> | undefined {
  const url = process.env[name];
  if (url === undefined || url === '') return undefined;
  return Promise.resolve({ url, stop: async () => {} });
}
