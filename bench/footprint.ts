import { Redis } from 'ioredis';
import type { Finding } from './report.ts';

/** What one signed-in citizen with one grant keeps in Redis. */
const KINDS = ['Session', 'SessionCookie', 'CitizenSessions', 'Grant', 'CitizenGrants'] as const;
const SAMPLED = 200;

/** W9, the part that needs no million: bytes of Redis memory for a session with its grant. */
export async function measureSessionBytes(redisUrl: string): Promise<Finding> {
  const redis = new Redis(redisUrl);
  const sizes: { kind: string; bytes: number }[] = [];
  for (const kind of KINDS) sizes.push({ kind, bytes: await averageBytes(redis, kind) });
  redis.disconnect();
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    id: 'W9',
    what: 'bytes in Redis for a session with its grant',
    measured: `**${total}** (${sizes.map(({ kind, bytes }) => `${kind} ${bytes}`).join(', ')}); the session knows two relying parties`,
    target: '≤ 2500',
    met: total <= 2500,
  };
}

async function averageBytes(redis: Redis, kind: string): Promise<number> {
  const sizes: number[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `*${kind}:*`, 'COUNT', 1000);
    for (const key of keys.filter((name) => name.startsWith(`${kind}:`))) {
      sizes.push(Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0')));
    }
    cursor = next;
  } while (cursor !== '0' && sizes.length < SAMPLED);
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length));
}

/** W10. */
export function judgeStart({
  startedInMs,
  atRestMegabytes,
  underLoadMegabytes,
}: {
  startedInMs: number;
  atRestMegabytes: number;
  underLoadMegabytes: number;
}): Finding[] {
  return [
    {
      id: 'W10',
      what: 'from start to ready, on one core',
      measured: `**${Math.round(startedInMs)} ms**`,
      target: '< 1500 ms',
      met: startedInMs < 1500,
    },
    {
      id: 'W10',
      what: 'resident memory under single sign-on',
      measured: `**${underLoadMegabytes} MB**, at rest ${atRestMegabytes} MB`,
      target: '≤ 200 MB',
      met: underLoadMegabytes <= 200,
    },
  ];
}
