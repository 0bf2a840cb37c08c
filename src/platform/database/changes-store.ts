import { sql } from 'kysely';
import { inSeconds } from '#platform/durations.ts';
import type { Database } from './database.ts';

type ChangeRow = { topic: string; key: string; at: Date };

type Change = { id: number; topic: string; key: string };

export async function announceChange(
  database: Database,
  { topic, key }: { topic: string; key: string },
): Promise<void> {
  const tables = database.withTables<{ changes: Pick<ChangeRow, 'topic' | 'key'> }>();
  await tables.insertInto('changes').values({ topic, key }).execute();
}

/**
 * Every visible change of a transaction numbered `horizon` or above, and the horizon to ask for next time: the oldest
 * transaction still running (PostgreSQL 13 and newer, section "Transaction ID and Snapshot Information Functions"). Whatever
 * this look could not see yet belongs to a transaction at or above it. So nothing is missed, however long a transaction
 * takes to commit, and what was already seen above it comes again. Without a horizon only the new one is told.
 */
export async function changesSince(
  database: Database,
  horizon: bigint | undefined,
): Promise<{ horizon: bigint; changes: Change[] }> {
  const { rows } = await sql<{ horizon: string; id: number | null; topic: string; key: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, id, topic, key
    from (values (1)) as always(one)
    left join changes on transaction >= ${horizon === undefined ? null : String(horizon)}::text::xid8
    order by id
  `.execute(database);
  const [first] = rows;
  if (first === undefined) throw new Error('the database answered no snapshot');
  const changes = rows.flatMap(({ id, topic, key }) => (id === null ? [] : [{ id, topic, key }]));
  return { horizon: BigInt(first.horizon), changes };
}

export async function forgetChangesOlderThan(database: Database, ageMs: number): Promise<void> {
  const tables = database.withTables<{ changes: ChangeRow }>();
  const oldest = sql<Date>`now() - make_interval(secs => ${inSeconds(ageMs)})`;
  await tables.deleteFrom('changes').where('at', '<', oldest).execute();
}
