import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Agreements in versions, each proposed and decided by somebody; the table before keeps the one that is in force. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('agreement_versions')
    .addColumn('client_id', 'text', (column) => column.notNull().references('relying_parties.client_id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('terms', 'jsonb', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('valid_from', 'timestamptz', (column) => column.notNull())
    .addColumn('valid_until', 'timestamptz')
    .addColumn('proposed_at', 'timestamptz', (column) => column.notNull())
    .addColumn('proposed_by', 'text', (column) => column.notNull())
    .addColumn('decided_at', 'timestamptz')
    .addColumn('decided_by', 'text')
    .addColumn('why', 'text', (column) => column.notNull().defaultTo(''))
    .addPrimaryKeyConstraint('agreement_versions_pkey', ['client_id', 'version'])
    .execute();
  await database.schema
    .createIndex('agreement_versions_by_end')
    .on('agreement_versions')
    .columns(['state', 'valid_until'])
    .execute();
  await sql`insert into agreement_versions
      (client_id, version, terms, state, valid_from, proposed_at, proposed_by, decided_at, decided_by)
    select client_id, 1, jsonb_strip_nulls(jsonb_build_object(
      'claims', claims, 'scopes', scopes, 'leastAcr', least_acr, 'leastIdentity', least_identity,
      'mayAskForEvidence', nullif(may_ask_for_evidence, false))),
      'approved', changed_at, changed_at, 'registry', changed_at, 'registry'
    from agreements`.execute(database);

  await database.schema
    .createTable('agreement_notices')
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    // Days before the end; 0 when it has ended.
    .addColumn('days', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('agreement_notices_pkey', ['client_id', 'version', 'days'])
    .execute();
}
