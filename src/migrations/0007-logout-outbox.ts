import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** A row per logout token that is owed to a relying party; kept until delivered, given up or pruned. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('logout_outbox')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('citizen_id', 'text', (column) => column.notNull())
    .addColumn('sid', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz', (column) => column.notNull())
    .addColumn('delivered_at', 'timestamptz')
    .addColumn('dead_at', 'timestamptz')
    .addColumn('last_error', 'text')
    .execute();

  // The table is mostly delivered rows; what is still owed stays small and is found at once.
  await database.schema
    .createIndex('logout_outbox_owed')
    .on('logout_outbox')
    .column('next_attempt_at')
    .where(sql.ref('delivered_at'), 'is', null)
    .where(sql.ref('dead_at'), 'is', null)
    .execute();
  await database.schema
    .createIndex('logout_outbox_by_client')
    .on('logout_outbox')
    .columns(['client_id', 'created_at'])
    .execute();
}
