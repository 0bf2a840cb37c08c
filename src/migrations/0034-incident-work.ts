import type { Database } from '#platform/database/database.ts';

/** Who of security works on what a citizen reported, and what they found. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .alterTable('incidents')
    .addColumn('taken_at', 'timestamptz')
    .addColumn('taken_by', 'text')
    // Empty for incidents that were settled before notes were kept.
    .addColumn('settled_note', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await database.schema
    .createIndex('incidents_settled')
    .on('incidents')
    .columns(['settled_at'])
    .where('settled_at', 'is not', null)
    .execute();
}
