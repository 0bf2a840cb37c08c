import type { Redis } from 'ioredis';
import type { RedisConnection } from './redis.ts';
import { withoutArguments } from './redis-errors.ts';
import { createReadiness } from './redis-readiness.ts';

/**
 * Whether this Redis may hold sessions. One that evicts drops them, and the counters against guessing, without a word; one
 * that saves nothing signs everybody out at its next restart. A managed Redis may refuse to tell; then a person vouches for it.
 */
type RedisFitness =
  | { outcome: 'fit' }
  | { outcome: 'unfit'; problems: readonly string[] }
  | { outcome: 'does-not-tell'; unanswered: readonly string[] };

type Finding = { problem: string } | { unanswered: string };

/** @throws when a node does not answer at all */
export async function checkRedis(connection: RedisConnection): Promise<RedisFitness> {
  const findings = (await Promise.all((await mastersOf(connection)).map(checkNode))).flat();
  const problems = [...new Set(findings.flatMap((finding) => ('problem' in finding ? [finding.problem] : [])))];
  const unanswered = [...new Set(findings.flatMap((finding) => ('unanswered' in finding ? [finding.unanswered] : [])))];
  if (problems.length > 0) return { outcome: 'unfit', problems };
  if (unanswered.length > 0) return { outcome: 'does-not-tell', unanswered };
  return { outcome: 'fit' };
}

/**
 * How full the fullest master is, from 0 to 1; 0 when it has no limit. Past 0.7 somebody should be told: a full Redis that
 * does not evict refuses every sign-in.
 */
export async function readRedisFullness(connection: RedisConnection): Promise<number> {
  const shares = await Promise.all(
    (await mastersOf(connection)).map(async (node) => {
      const memory = await readInfo(node, 'memory');
      const limit = Number(memory.get('maxmemory') ?? 0);
      return limit > 0 ? Number(memory.get('used_memory') ?? 0) / limit : 0;
    }),
  );
  return Math.max(0, ...shares);
}

/** A Cluster knows no node until it is ready, and no node would mean no problem. */
async function mastersOf(connection: RedisConnection): Promise<readonly Redis[]> {
  if (connection.kind !== 'cluster') return [connection.redis];
  await createReadiness(connection.redis)();
  const masters = connection.redis.nodes('master');
  if (masters.length === 0) throw new Error('the Redis Cluster names no master');
  return masters;
}

async function checkNode(node: Redis): Promise<Finding[]> {
  return [...(await checkEviction(node)), ...(await checkPersistence(node))];
}

async function checkEviction(node: Redis): Promise<Finding[]> {
  const policy =
    (await readInfo(node, 'memory')).get('maxmemory_policy') ?? (await readConfig(node, 'maxmemory-policy'));
  if (policy === 'noeviction') return [];
  if (policy === undefined) return [{ unanswered: 'maxmemory-policy' }];
  return [
    { problem: `maxmemory-policy is ${policy}: a full Redis would silently drop sessions; set it to noeviction` },
  ];
}

async function checkPersistence(node: Redis): Promise<Finding[]> {
  const isAppending = (await readInfo(node, 'persistence')).get('aof_enabled');
  if (isAppending === '1') return [];
  const save = await readConfig(node, 'save');
  if (save === undefined) return [{ unanswered: 'save' }];
  if (save !== '') return [];
  return [{ problem: 'neither AOF nor RDB is on: a restart would sign everybody out; set "appendonly yes"' }];
}

/** Managed services rename or forbid CONFIG; that is no answer, and no failure either. */
async function readConfig(node: Redis, name: string): Promise<string | undefined> {
  try {
    const answer = await node.config('GET', name);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error instanceof Error ? withoutArguments(error) : error;
  }
}

/** A section of INFO, as name and value; empty when it is forbidden. */
async function readInfo(node: Redis, section: 'memory' | 'persistence'): Promise<ReadonlyMap<string, string>> {
  try {
    const lines = (await node.info(section)).split('\r\n').filter((line) => line.includes(':'));
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const));
  } catch (error) {
    if (isRefusal(error)) return new Map();
    throw error instanceof Error ? withoutArguments(error) : error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && /^(ERR|NOPERM)/.test(error.message);
}
