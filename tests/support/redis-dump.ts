import { Redis } from 'ioredis';

/**
 * Every key of one server with its value and remaining life in milliseconds (-1: for ever), as text: one line a key, all
 * databases one after another, or the one that the address names.
 */
export async function dumpRedis(url: string, { onlyItsDatabase = false } = {}): Promise<string> {
  const redis = new Redis(url, { readOnly: true });
  try {
    const keyspace = await redis.info('keyspace');
    const databases = onlyItsDatabase
      ? [Number(new URL(url).pathname.slice(1))]
      : [...keyspace.matchAll(/^db(\d+):/gm)].map((match) => Number(match[1]));
    const lines: string[] = [];
    for (const database of databases) {
      await redis.select(database);
      for await (const keys of redis.scanStream({ count: 1000 })) {
        for (const key of keys as string[]) lines.push(await describe(redis, key));
      }
    }
    return lines.join('\n');
  } finally {
    redis.disconnect();
  }
}

async function describe(redis: Redis, key: string): Promise<string> {
  const [kind, expiresInMs] = await Promise.all([redis.type(key), redis.pttl(key)]);
  return `${key} ${expiresInMs} ${JSON.stringify(await read(redis, key, kind))}`;
}

async function read(redis: Redis, key: string, kind: string): Promise<unknown> {
  switch (kind) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`the dump cannot read a Redis value of type ${kind}`);
  }
}
