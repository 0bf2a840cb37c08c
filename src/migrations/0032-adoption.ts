import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** What the adoption board tells of days: kept, so that nobody who looks at it counts millions of rows. */
export async function up(database: Database): Promise<void> {
  // Days are Tehran's.
  await database.schema
    .createTable('sign_in_days')
    .addColumn('day', 'date', (column) => column.primaryKey())
    .addColumn('sign_ins', 'bigint', (column) => column.notNull())
    .execute();
  // One row: how far the audit has been counted. Its first count goes over everything that there is.
  await sql`create table sign_in_days_counted (
    single boolean primary key default true check (single),
    counted_to bigint not null
  )`.execute(database);
  await sql`insert into sign_in_days_counted (counted_to) values (0)`.execute(database);

  await database.schema
    .createTable('enrolled_days')
    .addColumn('day', 'date', (column) => column.primaryKey())
    .addColumn('citizens', 'bigint', (column) => column.notNull())
    .addColumn('counted_at', 'timestamptz', (column) => column.notNull())
    .execute();
  // Counting those who have an account reads this and not the citizens themselves.
  await database.schema.createIndex('citizens_by_state').on('citizens').column('state').execute();
}
