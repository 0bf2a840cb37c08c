import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Runs of acceptance with what each case has shown, and since when a relying party that is live is no longer accepted. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('acceptance_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('relying_parties.client_id'))
    .addColumn('revision', 'integer', (column) => column.notNull())
    // Of the metadata that it was tried with.
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('occasion', 'text', (column) => column.notNull().check(sql`occasion in ('asked', 'monthly', 'changed')`))
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'timestamptz', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('waiting', 'running', 'green', 'red', 'broken')`),
    )
    .addColumn('broken_why', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('worked_by', 'text')
    .addColumn('leased_until', 'timestamptz')
    .addColumn('ended_at', 'timestamptz')
    .execute();
  // Two at once of one relying party would spoil each other's answers.
  await database.schema
    .createIndex('acceptance_runs_under_way')
    .on('acceptance_runs')
    .column('client_id')
    .unique()
    .where(sql<boolean>`state in ('waiting', 'running')`)
    .execute();
  await database.schema
    .createIndex('acceptance_runs_of_client')
    .on('acceptance_runs')
    .columns(['client_id', 'asked_at'])
    .execute();

  await database.schema
    .createTable('acceptance_results')
    .addColumn('run_id', 'text', (column) => column.notNull().references('acceptance_runs.id').onDelete('cascade'))
    .addColumn('case_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('seen', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    // Redacted: nothing in it opens anything.
    .addColumn('exchange', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('acceptance_results_pkey', ['run_id', 'case_id'])
    .execute();

  await database.schema
    .createTable('acceptance_lapses')
    // The entry in production, which citizens use.
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('since', 'timestamptz', (column) => column.notNull())
    .addColumn('ministry_asked_at', 'timestamptz')
    .execute();
}
