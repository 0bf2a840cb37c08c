import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Organisations that may be asked what they know of a citizen, each through one of its relying parties. */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('claims_sources')
    .addColumn('client_id', 'text', (column) => column.primaryKey().references('relying_parties.client_id'))
    // What its JWTs name as `iss`: two sources with one name could speak for each other.
    .addColumn('issuer', 'text', (column) => column.notNull().unique())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('claims', 'jsonb', (column) => column.notNull())
    .addColumn('alg', 'text', (column) => column.notNull())
    .addColumn('jwks_uri', 'text')
    .addColumn('jwks', 'jsonb')
    .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('active', 'suspended')`))
    .addColumn('changed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('claims_sources_keys', sql`(jwks_uri is null) <> (jwks is null)`)
    .execute();
}
