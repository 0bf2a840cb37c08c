import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

export type DataKeyRow = {
  id: string;
  purpose: string;
  /** Counts up within a purpose, from 1. */
  generation: number;
  master_key_id: string;
  sealed: Buffer;
  /** Until then it only opens; null: it has always sealed. */
  seals_from: Date | null;
};

const columns = ['id', 'purpose', 'generation', 'master_key_id', 'sealed', 'seals_from'] as const;

function dataKeysIn(database: Database) {
  return database.withTables<{ data_keys: DataKeyRow }>();
}

/** Newest first. */
export function listDataKeys(database: Database, purpose: string): Promise<DataKeyRow[]> {
  return dataKeysIn(database)
    .selectFrom('data_keys')
    .select(columns)
    .where('purpose', '=', purpose)
    .orderBy('generation', 'desc')
    .execute();
}

export function listAllDataKeys(database: Database): Promise<DataKeyRow[]> {
  return dataKeysIn(database)
    .selectFrom('data_keys')
    .select(columns)
    .orderBy('purpose')
    .orderBy('generation')
    .execute();
}

/** Does nothing when another instance was first: its uncommitted row is waited for. */
export async function addFirstDataKey(database: Database, row: DataKeyRow): Promise<void> {
  await dataKeysIn(database)
    .insertInto('data_keys')
    .values(row)
    .onConflict((conflict) => conflict.columns(['purpose', 'generation']).doNothing())
    .execute();
}

export async function addDataKeyRow(transaction: Database, row: DataKeyRow): Promise<void> {
  await dataKeysIn(transaction).insertInto('data_keys').values(row).execute();
}

export async function removeDataKeys(transaction: Database, ids: readonly string[]): Promise<void> {
  await dataKeysIn(transaction).deleteFrom('data_keys').where('id', 'in', ids).execute();
}

export async function resealDataKey(
  database: Database,
  { id, master_key_id, sealed }: Pick<DataKeyRow, 'id' | 'master_key_id' | 'sealed'>,
): Promise<void> {
  await dataKeysIn(database)
    .updateTable('data_keys')
    .set({ master_key_id, sealed })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Until the end of the transaction nobody else adds or changes a data key; reading goes on. */
export async function lockDataKeys(transaction: Database): Promise<void> {
  await sql`lock table data_keys in exclusive mode`.execute(transaction);
}
