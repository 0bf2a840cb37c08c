import { sql } from 'kysely';
import type { Database } from './database.ts';

/** `create index concurrently <name> <definition>`: an index on a table that may hold a nation's rows. Neither part comes from outside. */
export type ConcurrentIndex = { index: string; definition: string };

/**
 * Builds it while others go on writing (PostgreSQL, section "Building Indexes Concurrently"), which cannot be done in a
 * transaction. What a build that was interrupted leaves behind is an index that is not valid, costs every write, and
 * helps no reader: it is dropped and built anew. One that is there and valid is left alone.
 */
export async function buildConcurrently(connection: Database, { index, definition }: ConcurrentIndex): Promise<void> {
  const { rows } = await sql<{ isValid: boolean }>`select indisvalid as "isValid" from pg_index
    where indexrelid = to_regclass(${index})`.execute(connection);
  if (rows[0]?.isValid === false) await sql`drop index concurrently ${sql.id(index)}`.execute(connection);
  await sql`create index concurrently if not exists ${sql.id(index)} ${sql.raw(definition)}`.execute(connection);
}
