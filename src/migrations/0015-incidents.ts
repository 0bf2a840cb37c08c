import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** What citizens report of their own accounts, for those who look after security. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('incidents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id'))
    .addColumn('event_id', 'bigint', (column) => column.notNull())
    .addColumn('reported_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('settled_at', 'timestamptz')
    .addColumn('settled_by', 'text')
    .addUniqueConstraint('incidents_one_an_event', ['citizen_id', 'event_id'])
    .execute();
  await database.schema
    .createIndex('incidents_open')
    .on('incidents')
    .column('reported_at')
    .where(sql<boolean>`settled_at is null`)
    .execute();
}
