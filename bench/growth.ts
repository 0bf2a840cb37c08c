import { Redis } from 'ioredis';
import { Client } from 'pg';
import { type Compared, compare, type Plan } from './compare.ts';
import { comparisons } from './comparisons.ts';
import type { Finding } from './report.ts';
import type { Visitor } from './workloads.ts';

type Around = {
  ours: Visitor;
  bare: Visitor;
  redisUrl: string;
  databaseUrl: string;
  /** Sessions in Redis, and citizens in PostgreSQL, that are there already. */
  present: number;
};

/** What one citizen has in Redis: a session that two relying parties are in, and a refresh token. */
const RECORDS = { Session: 1, SessionCookie: 1, CitizenSessions: 1, CitizenGrants: 1, Grant: 2, Token: 1 };
/** While a script runs nobody else gets a turn: some 10 ms each. */
const COPIED_AT_ONCE = 500;

/**
 * W9: single sign-on with few sessions and citizens around, then with many. The ones that are visited stay the same, so
 * it tells what the stores' size costs and not what cold caches cost. Each time beside the yardstick, which does not
 * grow: what the machine does meanwhile cancels out.
 */
export async function measureGrowth(
  around: Around,
  { few, many }: { few: number; many: number },
  plan: Plan,
): Promise<Finding[]> {
  const comparison = comparisons.find(({ id }) => id === 'W2-defaults');
  if (comparison === undefined) throw new Error('W2-defaults is gone');
  await growTo(few, around.present, around);
  const before = await compare(around, comparison, plan);
  await growTo(many, few, around);
  const after = await compare(around, comparison, plan);
  const sizes = `${few.toLocaleString('en')} to ${many.toLocaleString('en')} sessions in Redis and citizens in PostgreSQL`;
  return [
    judge(
      `CPU of single sign-on from ${sizes}, as its ratio to the yardstick`,
      before,
      after,
      ({ cpuRatio }) => cpuRatio,
    ),
    judge(
      `p99 of single sign-on meanwhile, as its ratio to the yardstick`,
      before,
      after,
      ({ ours, bare }) => ours.p99 / bare.p99,
    ),
  ];
}

function judge(what: string, before: Compared, after: Compared, read: (compared: Compared) => number): Finding {
  const growth = read(after) / read(before);
  return {
    id: 'W9',
    what,
    measured: `${read(before).toFixed(2)}, then ${read(after).toFixed(2)}: **${growth.toFixed(2)} ×**`,
    target: '≤ 1.1 ×',
    met: growth <= 1.1,
  };
}

async function growTo(wanted: number, present: number, { redisUrl, databaseUrl }: Around): Promise<void> {
  await Promise.all([
    fillRedis(redisUrl, { from: present, to: wanted }),
    fillPostgres(databaseUrl, { from: present, to: wanted }),
  ]);
}

/** Copies the records of one citizen under names that nobody knows, inside Redis. */
async function fillRedis(url: string, { from, to }: { from: number; to: number }): Promise<void> {
  const redis = new Redis(url);
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
  const models: string[] = [];
  for (const [kind, times] of Object.entries(RECORDS)) {
    const [name] = await namesOf(redis, kind);
    if (name === undefined) throw new Error(`Redis holds no ${kind}`);
    for (let copy = 0; copy < times; copy += 1) models.push(name);
  }
  for (let at = from; at < to; at += COPIED_AT_ONCE) {
    await redis.eval(COPY, models.length, ...models, at, Math.min(to, at + COPIED_AT_ONCE));
  }
  redis.disconnect();
}

const COPY = `
for i = ARGV[1], ARGV[2] - 1 do
  for at, model in ipairs(KEYS) do
    redis.call('COPY', model, string.match(model, '^[^:]+:') .. 'aaa' .. redis.sha1hex(at .. ' ' .. i))
  end
end`;

async function namesOf(redis: Redis, kind: string): Promise<string[]> {
  let cursor = '0';
  do {
    const [next, names] = await redis.scan(cursor, 'MATCH', `${kind}:*`, 'COUNT', 5000);
    if (names.length > 0) return names;
    cursor = next;
  } while (cursor !== '0');
  return [];
}

/** Copies one citizen and one subject; whatever columns a citizen has, only what is unique differs. */
async function fillPostgres(url: string, { from, to }: { from: number; to: number }): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into citizens
     select (jsonb_populate_record(null::citizens, to_jsonb(model)
       || jsonb_build_object('id', 'copy-' || number, 'national_code_hash', md5(number::text)))).*
     from (select * from citizens limit 1) model, generate_series($1::int, $2::int) number`,
    [from, to - 1],
  );
  await client.query(
    `insert into pairwise_subjects (citizen_id, sector, subject)
     select 'copy-' || number, 'bench', md5(number::text) from generate_series($1::int, $2::int) number`,
    [from, to - 1],
  );
  await client.query('analyze');
  await client.end();
}
