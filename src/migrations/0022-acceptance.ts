import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** The keys of acceptance issuers, sealed, and where a relying party's sign-in starts and what only a signed-in person sees. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('acceptance_keys')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await database.schema
    .createTable('acceptance_setups')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    .addColumn('start_url', 'text', (column) => column.notNull())
    .addColumn('signed_in_url', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
}
