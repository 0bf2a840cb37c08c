import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Organisations, their relying parties and resource servers, what was agreed with them, and what citizens consented to. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('organisations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name_fa', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('parent', 'text', (column) => column.references('organisations.id'))
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await database.schema
    .createTable('relying_parties')
    .addColumn('client_id', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('name_fa', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('metadata', 'jsonb', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('security_profile', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('client_secret', 'text')
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await database.schema
    .createTable('agreements')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    .addColumn('claims', 'jsonb', (column) => column.notNull())
    .addColumn('scopes', 'jsonb', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await database.schema
    .createTable('resources')
    .addColumn('identifier', 'text', (column) => column.primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('name_fa', 'text', (column) => column.notNull())
    .addColumn('name_en', 'text', (column) => column.notNull())
    .addColumn('scopes', 'jsonb', (column) => column.notNull())
    .addColumn('signing_alg', 'text', (column) => column.notNull())
    .addColumn('access_token_ttl_seconds', 'integer', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  // Citizens live in another room's table: no foreign key, so that neither room waits for the other's migrations.
  await database.schema
    .createTable('consents')
    .addColumn('citizen_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull().references('relying_parties.client_id'))
    .addColumn('scopes', 'jsonb', (column) => column.notNull())
    .addColumn('claims', 'jsonb', (column) => column.notNull())
    .addColumn('refused_claims', 'jsonb', (column) => column.notNull())
    .addColumn('resources', 'jsonb', (column) => column.notNull())
    .addColumn('given_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('withdrawn_at', 'timestamptz')
    .addPrimaryKeyConstraint('consents_pkey', ['citizen_id', 'client_id'])
    .execute();

  await database.schema
    .createTable('pairwise_subjects')
    .addColumn('citizen_id', 'text', (column) => column.notNull())
    .addColumn('sector', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('pairwise_subjects_pkey', ['citizen_id', 'sector'])
    .execute();
}
