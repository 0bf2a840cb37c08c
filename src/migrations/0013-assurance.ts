import type { Database } from '#platform/database/database.ts';

/** What an agreement demands of a sign-in and of an identity, and whether it may be told how that was verified. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .alterTable('agreements')
    .addColumn('least_acr', 'text')
    .addColumn('least_identity', 'text')
    .addColumn('may_ask_for_evidence', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute();
}
