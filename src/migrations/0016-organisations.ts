import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Which domains organisations have proven, whom we call there, and how each came to its stage. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .alterTable('organisations')
    .addColumn('search_key', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  // What the program makes of a name when it saves one, as near as SQL comes to it.
  await sql`update organisations set search_key = translate(
    lower(name_fa || ' ' || name_en || ' ' || id),
    ${'\u064a\u0649\u0643۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩\u200c\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652'},
    ${'ییک01234567890123456789'})`.execute(database);
  // The kinds as the ministry counts them; the version before shows one that it does not know among "other services".
  await sql`update organisations set kind = case kind
    when 'state-university' then 'state'
    when 'medical-university' then 'state'
    when 'private-institution' then 'non-state'
    when 'open-university' then 'payam-e-noor-and-other'
    when 'applied-science-university' then 'payam-e-noor-and-other'
    when 'teacher-training-university' then 'payam-e-noor-and-other'
    when 'research-institute' then 'subordinate-body'
    else kind end`.execute(database);

  await database.schema
    .createTable('organisation_domains')
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    // In its canonical form: lower case, ASCII (RFC 5891), without the last dot.
    .addColumn('domain', 'text', (column) => column.notNull())
    // What the organisation publishes; it is no secret from then on.
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'timestamptz', (column) => column.notNull())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('proven_at', 'timestamptz')
    .addColumn('proven_by', 'text')
    .addColumn('method', 'text', (column) => column.check(sql`method in ('dns', 'file')`))
    .addColumn('checked_at', 'timestamptz')
    .addColumn('failing_since', 'timestamptz')
    .addColumn('next_check_at', 'timestamptz')
    .addPrimaryKeyConstraint('organisation_domains_pkey', ['organisation_id', 'domain'])
    .execute();
  // Many may claim a domain; one can prove it.
  await database.schema
    .createIndex('organisation_domains_proven')
    .on('organisation_domains')
    .column('domain')
    .unique()
    .where(sql<boolean>`proven_at is not null`)
    .execute();
  await database.schema
    .createIndex('organisation_domains_due')
    .on('organisation_domains')
    .column('next_check_at')
    .where(sql<boolean>`proven_at is not null`)
    .execute();

  await database.schema
    .createTable('organisation_contacts')
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    .addColumn('role', 'text', (column) => column.notNull())
    // Name, email address and telephone number of a person, sealed.
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('organisation_contacts_pkey', ['organisation_id', 'role'])
    .execute();

  await database.schema
    .createTable('organisation_stages')
    .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('organisation_id', 'text', (column) => column.notNull().references('organisations.id'))
    // Null where the organisation was entered at that stage.
    .addColumn('from_stage', 'text')
    .addColumn('to_stage', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createIndex('organisation_stages_of_organisation')
    .on('organisation_stages')
    .columns(['organisation_id', 'id'])
    .execute();
  await sql`insert into organisation_stages (organisation_id, to_stage, at, by, why)
    select id, stage, changed_at, 'registry', '' from organisations`.execute(database);
}
