import type { Database } from '#platform/database/database.ts';

/** How each relying party fares: counts by day and reason, a few failures to look up, and what each sign-out came to. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('relying_party_uses')
    .addColumn('client_id', 'text', (column) => column.primaryKey())
    .addColumn('signed_in_at', 'timestamptz')
    .addColumn('token_at', 'timestamptz')
    .execute();

  await database.schema
    .createTable('relying_party_errors')
    .addColumn('client_id', 'text', (column) => column.notNull())
    // The day in UTC, as in 2026-01-31.
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('relying_party_errors_pkey', ['client_id', 'day', 'reason'])
    .execute();

  await database.schema
    .createTable('relying_party_failures')
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    // Names of parameters, and the values of those that tell nothing of anybody.
    .addColumn('parameters', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('relying_party_failures_pkey', ['reference', 'client_id'])
    .execute();
  await database.schema
    .createIndex('relying_party_failures_of_client')
    .on('relying_party_failures')
    .columns(['client_id', 'reason', 'at'])
    .execute();

  // Which debts came of one sign-out, under a keyed hash of what the browser holds; absent where nobody can ask.
  await database.schema.alterTable('logout_outbox').addColumn('sign_out', 'text').execute();
  // False: the relying party gave no address to be told at. It is listed for the citizen, and never delivered.
  await database.schema
    .alterTable('logout_outbox')
    .addColumn('takes_part', 'boolean', (column) => column.notNull().defaultTo(true))
    .execute();
  await database.schema
    .createIndex('logout_outbox_of_citizen')
    .on('logout_outbox')
    .columns(['citizen_id', 'created_at'])
    .execute();
  await database.schema.createIndex('logout_outbox_of_sign_out').on('logout_outbox').column('sign_out').execute();
}
