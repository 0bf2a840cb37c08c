import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Who works with the provider and in which role, and what waits for a second person. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('operators')
    .addColumn('citizen_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    // Empty for every role but university staff: a key holds no null.
    .addColumn('organisation_id', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('granted_at', 'timestamptz', (column) => column.notNull())
    .addColumn('granted_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('operators_pkey', ['citizen_id', 'role', 'organisation_id'])
    .addCheckConstraint('operators_staff_of_one', sql`(role = 'university-staff') = (organisation_id <> '')`)
    .execute();
  await database.schema
    .createTable('operator_changes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('organisation_id', 'text', (column) => column.notNull())
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('approvals')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('organisation_id', 'text')
    .addColumn('payload', 'jsonb', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'timestamptz', (column) => column.notNull())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    // While somebody's decision is being carried out, until then nobody else decides.
    .addColumn('claim', 'text')
    .addColumn('claimed_until', 'timestamptz')
    .addColumn('decided_at', 'timestamptz')
    .addColumn('decided_by', 'text')
    .addColumn('decided_why', 'text')
    .addCheckConstraint('approvals_second_person', sql`decided_by is null or decided_by <> asked_by`)
    .execute();
  await database.schema.createIndex('approvals_waiting').on('approvals').columns(['state', 'asked_at']).execute();
}
