import type { Cluster, Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import { createMemoryStateStore } from './memory-state-store.ts';
import { connectRedis, type RedisConnection } from './redis.ts';
import { checkRedis, readRedisFullness } from './redis-fitness.ts';
import { createRedisStateStore } from './redis-state-store.ts';
import type { StateStore } from './state-store.ts';

type OpenState = {
  store: StateStore;
  /** For the rate limits, which bring their own scripts. */
  redis?: Redis | Cluster;
  /** 0 to 1; 0 without Redis or without a limit. An alarm belongs at 0.7. */
  fullness(): Promise<number>;
};

type Needs = {
  /** Without it the state is kept in memory and is gone with the process. */
  redisUrl: string | undefined;
  /** A person vouches for a managed Redis that does not answer what its policy is. */
  isVouchedFor: boolean;
  /** Refuse a Redis that would silently drop sessions; otherwise only say so. */
  isStrict: boolean;
  clock: Clock;
  onCommand(command: string, milliseconds: number): void;
  onTrouble(error: Error): void;
};

/** Redis is not fit to hold sessions; the message says what to change. */
class StateStoreUnfit extends Error {}

/** @throws StateStoreUnfit */
export async function openStateStore({
  redisUrl,
  isVouchedFor,
  isStrict,
  clock,
  onCommand,
  onTrouble,
}: Needs): Promise<OpenState> {
  if (redisUrl === undefined) return { store: createMemoryStateStore({ clock }), fullness: async () => 0 };
  const connection = connectRedis(redisUrl, { onTrouble });
  const store = createRedisStateStore({ ...connection, onCommand });
  const problems = await problemsOf(connection, { isVouchedFor }).catch(async (cause: unknown) => {
    // It would try again for ever, and keep a command line from ending.
    await store.close();
    throw new StateStoreUnfit('REDIS_URL: Redis does not answer; check hosts, ports, user and password', { cause });
  });
  if (problems.length > 0) {
    const trouble = new StateStoreUnfit(
      `Redis is not fit to hold sessions:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    if (!isStrict) onTrouble(trouble);
    else {
      await store.close();
      throw trouble;
    }
  }
  return { store, redis: connection.redis, fullness: () => readRedisFullness(connection) };
}

async function problemsOf(
  connection: RedisConnection,
  { isVouchedFor }: { isVouchedFor: boolean },
): Promise<readonly string[]> {
  const fitness = await checkRedis(connection);
  switch (fitness.outcome) {
    case 'fit':
      return [];
    case 'unfit':
      return fitness.problems;
    case 'does-not-tell':
      return isVouchedFor
        ? []
        : fitness.unanswered.map((what) => `${what}; if you know that it is right, set PANJEREH_REDIS_VOUCHED=1`);
  }
}
