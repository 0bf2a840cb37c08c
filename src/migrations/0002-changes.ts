import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('changes')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    // The transaction that announced it: what one snapshot could not see is found again by this number, however late it commits.
    .addColumn('transaction', sql`xid8`, (column) => column.notNull().defaultTo(sql`pg_current_xact_id()`))
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await database.schema.createIndex('changes_by_transaction').on('changes').column('transaction').execute();
  await database.schema.createIndex('changes_by_age').on('changes').column('at').execute();
}
