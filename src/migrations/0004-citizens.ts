import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';

/** National code, phone and birth date are sealed; the hashes are keyed, so that a dump cannot be searched by trying every code. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('citizens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('active', 'must-change-password', 'locked', 'closed')`),
    )
    .addColumn('state_reason', 'text')
    .addColumn('given_name', 'text', (column) => column.notNull())
    .addColumn('family_name', 'text', (column) => column.notNull())
    .addColumn('given_name_latin', 'text')
    .addColumn('family_name_latin', 'text')
    .addColumn('birth_date', 'text', (column) => column.notNull())
    .addColumn('national_code', 'text', (column) => column.notNull())
    .addColumn('national_code_hash', 'text', (column) => column.notNull().unique())
    .addColumn('phone', 'text')
    .addColumn('phone_hash', 'text')
    .addColumn('identity_level', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  // Not unique: a family often shares one number.
  await database.schema.createIndex('citizens_phone_hash').on('citizens').column('phone_hash').execute();

  await database.schema
    .createTable('citizen_passwords')
    .addColumn('citizen_id', 'text', (column) => column.primaryKey().references('citizens.id').onDelete('cascade'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
}
