import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';

/**
 * What a citizen can prove beside the password. Secrets of authenticator apps and what is known of a device are sealed;
 * recovery codes and the cookies of devices are there as keyed hashes alone. A passkey's row holds nothing secret.
 */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('citizen_totp')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('last_step', 'bigint', (column) => column.notNull())
    .addColumn('added_at', 'timestamptz', (column) => column.notNull())
    .addColumn('used_at', 'timestamptz')
    .execute();
  await database.schema.createIndex('citizen_totp_citizen').on('citizen_totp').column('citizen_id').execute();

  await database.schema
    .createTable('citizen_passkeys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('public_key', 'bytea', (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('may_be_synced', 'boolean', (column) => column.notNull())
    .addColumn('is_synced', 'boolean', (column) => column.notNull())
    .addColumn('added_at', 'timestamptz', (column) => column.notNull())
    .addColumn('used_at', 'timestamptz')
    .execute();
  await database.schema.createIndex('citizen_passkeys_citizen').on('citizen_passkeys').column('citizen_id').execute();

  await database.schema
    .createTable('citizen_recovery_codes')
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id').onDelete('cascade'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'timestamptz', (column) => column.notNull())
    .addColumn('used_at', 'timestamptz')
    .addPrimaryKeyConstraint('citizen_recovery_codes_pkey', ['citizen_id', 'hash'])
    .execute();

  await database.schema
    .createTable('remembered_devices')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id').onDelete('cascade'))
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('remembered_at', 'timestamptz', (column) => column.notNull())
    .addColumn('used_at', 'timestamptz', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute();
  await database.schema
    .createIndex('remembered_devices_citizen')
    .on('remembered_devices')
    .column('citizen_id')
    .execute();

  // When an account was closed, and when what need not be kept any longer was erased: docs/retention.md.
  await sql`alter table citizens add column closed_at timestamptz, add column erased_at timestamptz`.execute(database);
  await sql`update citizens set closed_at = changed_at where state = 'closed'`.execute(database);
  await sql`create index citizens_to_erase on citizens (closed_at) where closed_at is not null and erased_at is null`.execute(
    database,
  );
}
