import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * The language of a citizen's notices, the end of an account that its owner asked for, everything of theirs as a file,
 * and a signed receipt for every consent given and withdrawn.
 */
export async function up(database: Database): Promise<void> {
  await database.schema
    .alterTable('citizens')
    // That of their pages at the last sign-in; unknown until then.
    .addColumn('language', 'text', (column) => column.check(sql`language in ('fa', 'en')`))
    .execute();
  // An account is closed when this moment has come, unless its owner stops it before.
  await database.schema.alterTable('citizens').addColumn('closes_at', 'timestamptz').execute();
  // Until then one instance is at it; when that one dies on the way, another takes it up.
  await database.schema.alterTable('citizens').addColumn('closing_leased_until', 'timestamptz').execute();
  await database.schema
    .createIndex('citizens_closing')
    .on('citizens')
    .column('closes_at')
    .where(sql<boolean>`closes_at is not null`)
    .execute();

  await database.schema
    .createTable('account_exports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    // One at a time: a new one takes the place of the one before.
    .addColumn('citizen_id', 'text', (column) => column.notNull().unique().references('citizens.id'))
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'timestamptz', (column) => column.notNull())
    .addColumn('parts_done', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('parts_in_all', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ready_at', 'timestamptz')
    .addColumn('failed_at', 'timestamptz')
    // Both are compressed and sealed.
    .addColumn('json', 'text')
    .addColumn('page', 'text')
    .execute();
  await database.schema
    .createIndex('account_exports_due')
    .on('account_exports')
    .column('next_attempt_at')
    .where(sql<boolean>`ready_at is null and failed_at is null`)
    .execute();

  await database.schema
    .createTable('consent_receipts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('citizen_id', 'text', (column) => column.notNull().references('citizens.id'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('act', 'text', (column) => column.notNull().check(sql`act in ('given', 'withdrawn')`))
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    // JWS in its compact form (RFC 7515 section 7.1).
    .addColumn('jws', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createIndex('consent_receipts_of_citizen')
    .on('consent_receipts')
    .columns(['citizen_id', 'at'])
    .execute();
}
