import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { SECOND } from './durations.ts';
import { type RedisAddress, readRedisUrl } from './redis-address.ts';
import { withoutArguments } from './redis-errors.ts';

export type RedisConnection = { redis: Redis; kind: 'one-node' | 'sentinel' } | { redis: Cluster; kind: 'cluster' };

/** A sign-in that waits longer than this for Redis had better be told to try again. */
export const PATIENCE_MS = 2 * SECOND;

/**
 * Connects in the background and keeps reconnecting. A command that cannot be sent or answered within two seconds fails:
 * nothing queues up behind a Redis that is away. `onTrouble` hears of every failed connection, without the password.
 *
 * @throws Error when the URL cannot be read; the message does not repeat it
 */
export function connectRedis(
  url: string,
  { onTrouble = () => {} }: { onTrouble?: (error: Error) => void } = {},
): RedisConnection {
  const address = readRedisUrl(url);
  const connection = connectTo(address);
  // Without a listener ioredis prints to the console, the command and its arguments included.
  connection.redis.on('error', (error: Error) => onTrouble(withoutArguments(error)));
  return connection;
}

function connectTo(address: RedisAddress): RedisConnection {
  const options = optionsFor(address);
  const [first] = address.hosts;
  switch (address.kind) {
    case 'one-node':
      return { kind: 'one-node', redis: new Redis({ ...options, ...first, db: address.database }) };
    case 'sentinel':
      return { kind: 'sentinel', redis: new Redis({ ...options, ...sentinelOptions(address), db: address.database }) };
    case 'cluster':
      return { kind: 'cluster', redis: new Cluster([...address.hosts], clusterOptions(options)) };
  }
}

/** Replies keep their plain shapes; the types of ioredis want that left unsaid. */
type NodeOptions = Omit<RedisOptions, 'replyMapping'>;

function optionsFor({ username, password, isEncrypted }: RedisAddress): NodeOptions {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isEncrypted && { tls: {} }),
    connectionName: 'panjereh',
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    // A connection that owes an answer for so long is dead, whatever TCP thinks; a new one may reach the new master.
    socketTimeout: 2 * PATIENCE_MS,
    maxRetriesPerRequest: 3,
    // A command whose answer was lost is not sent again: a claim sent twice would tell its rightful owner 'taken'.
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryAfterMs,
    // After a failover the old master answers READONLY, having done nothing: find the new one and send again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
}

function sentinelOptions({ hosts, service = '', sentinelPassword, isEncrypted }: RedisAddress): NodeOptions {
  return {
    sentinels: [...hosts],
    name: service,
    sentinelRetryStrategy: retryAfterMs,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(isEncrypted && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  };
}

function clusterOptions(
  redisOptions: NodeOptions,
): Omit<ClusterOptions, 'redisOptions'> & { redisOptions: NodeOptions } {
  const { retryStrategy: _, ...forEachNode } = redisOptions;
  return {
    redisOptions: forEachNode,
    clusterRetryStrategy: retryAfterMs,
    // The queue of a Cluster has no limit in time; the state store waits for readiness itself, and not for long.
    enableOfflineQueue: false,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    slotsRefreshTimeout: PATIENCE_MS,
    // With TLS the nodes' names are what their certificates are made out to.
    ...('tls' in redisOptions && { dnsLookup: (name, answer) => answer(null, name) }),
  };
}

function retryAfterMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 5), 1 * SECOND);
}
