import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('data_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('master_key_id', 'text', (column) => column.notNull())
    .addColumn('sealed', 'bytea', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('data_keys_one_per_generation', ['purpose', 'generation'])
    .execute();
}
