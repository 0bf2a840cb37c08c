import type { Database } from '#platform/database/database.ts';

/** Who fetched which state of the key set, counted and not listed; and what was noticed about relying parties' own keys. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('jwks_fetches')
    .addColumn('epoch', 'integer', (column) => column.notNull())
    // Empty where nobody can be named.
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('known_by', 'text', (column) => column.notNull())
    .addColumn('user_agent', 'text', (column) => column.notNull())
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('first_seen', 'timestamptz', (column) => column.notNull())
    .addColumn('last_seen', 'timestamptz', (column) => column.notNull())
    .addColumn('fetches', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('jwks_fetches_pkey', ['epoch', 'client_id', 'known_by', 'user_agent', 'network'])
    .execute();
  await database.schema.createIndex('jwks_fetches_by_age').on('jwks_fetches').column('last_seen').execute();

  await database.schema
    .createTable('relying_party_keys')
    .addColumn('client_id', 'text', (column) => column.notNull())
    // RFC 7638, so that a key is known again whatever its relying party calls it.
    .addColumn('thumbprint', 'text', (column) => column.notNull())
    .addColumn('first_seen', 'timestamptz', (column) => column.notNull())
    .addColumn('last_seen', 'timestamptz', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz')
    .addColumn('notice', 'text')
    .addColumn('noticed_at', 'timestamptz')
    .addPrimaryKeyConstraint('relying_party_keys_pkey', ['client_id', 'thumbprint'])
    .execute();
}
