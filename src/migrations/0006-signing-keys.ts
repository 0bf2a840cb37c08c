import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** The ring of signing keys; src/signing-keys/states.ts says what the marks mean. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('signing_keys')
    .addColumn('kid', 'text', (column) => column.primaryKey())
    .addColumn('alg', 'text', (column) => column.notNull())
    .addColumn('public_half', 'text', (column) => column.notNull())
    .addColumn('private_half', 'text')
    .addColumn('staged_at', 'timestamptz', (column) => column.notNull())
    .addColumn('published_at', 'timestamptz')
    .addColumn('activated_at', 'timestamptz')
    .addColumn('retired_at', 'timestamptz')
    .addColumn('archived_at', 'timestamptz')
    .addColumn('revoked_at', 'timestamptz')
    .addColumn('revocation_reason', 'text')
    .addCheckConstraint(
      'signing_keys_private_half_is_erased',
      sql`private_half is null or (retired_at is null and archived_at is null and revoked_at is null)`,
    )
    .execute();
  await database.schema
    .createIndex('signing_keys_one_signs')
    .on('signing_keys')
    .column('alg')
    .unique()
    .where(sql<boolean>`activated_at is not null and retired_at is null and archived_at is null and revoked_at is null`)
    .execute();
  await database.schema
    .createTable('signing_key_epochs')
    .addColumn('epoch', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('done_by', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('signing_key_promises')
    .addColumn('epoch', 'integer', (column) => column.primaryKey())
    .addColumn('since', 'timestamptz', (column) => column.notNull())
    .addColumn('key_set_ms', 'double precision', (column) => column.notNull())
    .addColumn('token_ms', 'double precision', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('signing_key_revocations')
    .addColumn('kid', 'text', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('said', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('signing_key_revocations_one_word_a_person', ['kid', 'person'])
    .execute();
  await database.schema
    .createTable('signing_key_freezes')
    .addColumn('epoch', 'integer', (column) => column.primaryKey())
    .addColumn('starts_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ends_at', 'timestamptz', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
}
