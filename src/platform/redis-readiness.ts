import { once } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { PATIENCE_MS } from './redis.ts';

/** Waits for a Cluster to become reachable, as long as a command on a single node would wait. Who waits at once waits together. */
export function createReadiness(redis: Redis | Cluster): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  const wait = async () => {
    try {
      await once(redis, 'ready', { signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      throw new Error('the Redis Cluster is not reachable');
    } finally {
      waiting = undefined;
    }
  };
  return async () => {
    if (redis.status === 'ready') return;
    waiting ??= wait();
    await waiting;
  };
}
