import type { Database } from '#platform/database/database.ts';

/** What a source said of a citizen, at the citizen's wish; one answer a source, sealed. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('attached_claims')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id'))
    .addColumn('client_id', 'text', (column) => column.notNull().references('claims_sources.client_id'))
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('attached_at', 'timestamptz', (column) => column.notNull())
    .addColumn('fetched_at', 'timestamptz', (column) => column.notNull())
    .addColumn('good_until', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('attached_claims_once', ['citizen_id', 'client_id'])
    .execute();
  await database.schema.createIndex('attached_claims_good_until').on('attached_claims').column('good_until').execute();
}
