import type { Cluster, Redis } from 'ioredis';
import type { RedisConnection } from './redis.ts';
import { withoutArguments } from './redis-errors.ts';
import { createGathering } from './redis-gathering.ts';
import { createReadiness } from './redis-readiness.ts';
import { fieldsFrom, followOnCluster, recordFrom } from './redis-records.ts';
import { ADD_TO_INDEX, CLAIM, FOLLOW_LINKS, LIST_INDEX, WRITE } from './redis-scripts.ts';
import type { StateStore } from './state-store.ts';

/** The name of what was asked ('read', 'write', 'claim' …) and the milliseconds until its answer, failed ones included. */
type OnCommand = (command: string, ms: number) => void;

/**
 * A record is a Redis hash, an index a sorted set scored by expiry in ms since 1970 by the server's clock. On one node or
 * Sentinel every verb is one round trip. On a Cluster `read` takes one more for each hop of its links, and `remove` sends
 * one command a key, because the keys lie on different nodes.
 *
 * Replication is asynchronous: a failover may forget the last moments, as the contract of the store allows.
 */
export function createRedisStateStore({
  redis,
  kind,
  onCommand,
}: RedisConnection & { onCommand?: OnCommand | undefined }): StateStore {
  const commands = defineScripts(redis);
  const isCluster = kind === 'cluster';
  const untilReady = createReadiness(redis);
  const gather = createGathering(redis);

  async function ask<Answer>(name: string, send: () => Answer): Promise<Awaited<Answer>> {
    const startedAt = onCommand === undefined ? 0 : performance.now();
    try {
      if (isCluster) await untilReady();
      gather();
      return await send();
    } catch (error) {
      throw error instanceof Error ? withoutArguments(error) : error;
    } finally {
      onCommand?.(name, performance.now() - startedAt);
    }
  }

  return {
    read(key, { follow = [] } = {}) {
      return ask('read', async () => {
        if (follow.length > 0 && !isCluster) {
          return recordFrom(await commands.followLinks(key, ...follow.flatMap((path) => [path.length, ...path])));
        }
        const fields = fieldsFrom(await redis.hgetall(key));
        if (fields === undefined) return undefined;
        return { fields, linked: await followOnCluster({ redis, gather, fields, follow }) };
      });
    },

    async write(key, { set = {}, remove = [], expiresInMs, when = '' }) {
      const names = Object.keys(set);
      const changes = names.flatMap((name) => [name, set[name] ?? '']);
      const written = await ask('write', () =>
        commands.writeRecord(key, when, Math.ceil(expiresInMs), names.length, ...changes, ...remove),
      );
      return written === 1;
    },

    claim: (key, field, value) => ask('claim', () => commands.claimField(key, field, value)),

    async release(key, field) {
      await ask('release', () => redis.hdel(key, field));
    },

    async remove(keys) {
      if (keys.length === 0) return;
      await ask('remove', () => (isCluster ? Promise.all(keys.map((key) => redis.del(key))) : redis.del(...keys)));
    },

    async addToIndex(index, member, expiresInMs) {
      await ask('add-to-index', () => commands.addToIndex(index, member, Math.ceil(expiresInMs)));
    },

    listIndex: (index) => ask('list-index', () => commands.listIndex(index)),

    async removeFromIndex(index, members) {
      if (members.length > 0) await ask('remove-from-index', () => redis.zrem(index, ...members));
    },

    async ping() {
      await ask('ping', () =>
        kind === 'cluster' ? Promise.all(redis.nodes('master').map((node) => node.ping())) : redis.ping(),
      );
    },

    async close() {
      redis.disconnect();
    },
  };
}

type Scripts = {
  writeRecord(
    key: string,
    when: string,
    expiresInMs: number,
    fieldCount: number,
    ...changes: string[]
  ): Promise<number>;
  claimField(key: string, field: string, value: string): Promise<'first' | 'taken' | 'absent'>;
  followLinks(key: string, ...paths: (string | number)[]): Promise<(string | string[])[]>;
  addToIndex(index: string, member: string, expiresInMs: number): Promise<number>;
  listIndex(index: string): Promise<string[]>;
};

/** Each script is sent once per connection, and by its hash from then on. */
function defineScripts(redis: Redis | Cluster): Scripts {
  const scripts = {
    writeRecord: WRITE,
    claimField: CLAIM,
    followLinks: FOLLOW_LINKS,
    addToIndex: ADD_TO_INDEX,
    listIndex: LIST_INDEX,
  };
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { lua, numberOfKeys: 1 });
  return redis as unknown as Scripts;
}
