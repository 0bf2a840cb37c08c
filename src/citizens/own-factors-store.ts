import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';

import type { Alongside } from './factor-changes.ts';

/** What the tables of factors have in common: a citizen has a few rows in each, and takes away their own alone. */
type FactorTable = 'citizen_totp' | 'citizen_passkeys';
type Tables = Record<FactorTable, { id: string; citizen_id: string }> & { citizens: { id: string } };

/** Whoever adds a factor for the same citizen waits until this transaction ends, so that two at once are both counted. */
export async function hasFewerFactors(
  transaction: Database,
  { table, citizenId, than }: { table: FactorTable; citizenId: string; than: number },
): Promise<boolean> {
  const tables = transaction.withTables<Tables>();
  await tables.selectFrom('citizens').select('id').where('id', '=', citizenId).forUpdate().executeTakeFirst();
  const { count } = await tables
    .selectFrom(table)
    .select(sql<number>`count(*)::int`.as('count'))
    .where('citizen_id', '=', citizenId)
    .executeTakeFirstOrThrow();
  return count < than;
}

/** False when the citizen has no such factor. */
export function removeFactor(
  database: Database,
  { table, citizenId, id, alongside }: { table: FactorTable; citizenId: string; id: string; alongside?: Alongside },
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const removed = await transaction
      .withTables<Tables>()
      .deleteFrom(table)
      .where('citizen_id', '=', citizenId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) return false;
    await alongside?.(transaction);
    return true;
  });
}
