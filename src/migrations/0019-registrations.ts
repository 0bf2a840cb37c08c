import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Every change of a relying party as a revision, secrets of which two may hold at a time, and a key to search by. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .alterTable('relying_parties')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('search_key', 'text', (column) => column.notNull().defaultTo(''))
    // The test entry whose acceptance speaks for a production entry.
    .addColumn('tested_as', 'text', (column) => column.references('relying_parties.client_id'))
    .execute();
  await database.schema
    .createIndex('relying_parties_of_organisation')
    .on('relying_parties')
    .columns(['organisation_id', 'client_id'])
    .execute();
  // What the program makes of a name when it saves one, as near as SQL comes to it.
  await sql`update relying_parties set search_key = translate(
    lower(name_fa || ' ' || name_en || ' ' || client_id),
    ${'\u064a\u0649\u0643۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩\u200c\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652'},
    ${'ییک01234567890123456789'})`.execute(database);

  await database.schema
    .createTable('relying_party_revisions')
    .addColumn('client_id', 'text', (column) => column.notNull().references('relying_parties.client_id'))
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('approved_by', 'text')
    .addColumn('note', 'text', (column) => column.notNull())
    // Everything but secrets.
    .addColumn('picture', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('relying_party_revisions_pkey', ['client_id', 'revision'])
    .execute();
  await sql`insert into relying_party_revisions (client_id, revision, at, by, note, picture)
    select client_id, 1, changed_at, 'registry', '', jsonb_build_object(
      'name', jsonb_build_object('fa', name_fa, 'en', name_en), 'metadata', metadata,
      'environment', environment, 'securityProfile', security_profile, 'state', state)
    from relying_parties`.execute(database);

  await database.schema
    .createTable('client_secrets')
    .addColumn('client_id', 'text', (column) => column.notNull().references('relying_parties.client_id'))
    .addColumn('id', 'text', (column) => column.notNull())
    // One of the two, by the method that it is presented with.
    .addColumn('hash', 'text')
    .addColumn('sealed', 'text')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz')
    .addColumn('ended_at', 'timestamptz')
    .addColumn('ended_by', 'text')
    .addPrimaryKeyConstraint('client_secrets_pkey', ['client_id', 'id'])
    .execute();
  // The column stays for the version before; this one reads the table alone.
  await sql`insert into client_secrets (client_id, id, sealed, created_at, created_by)
    select client_id, 'first', client_secret, changed_at, 'registry' from relying_parties where client_secret is not null`.execute(
    database,
  );

  // A second person allowed one more secret for an entry in production; whoever may see it then has it made.
  await database.schema
    .createTable('client_secret_permits')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('approved_by', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .execute();
}
