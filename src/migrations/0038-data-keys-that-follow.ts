import type { Database } from '#platform/database/database.ts';

/** Another data key of a purpose seals only once every instance has it; without a time it always has. */
export async function up(database: Database): Promise<void> {
  await database.schema.alterTable('data_keys').addColumn('seals_from', 'timestamptz').execute();
}
