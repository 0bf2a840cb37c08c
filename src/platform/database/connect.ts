import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { types as embeddedTypes, PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, type LogEvent, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { SECOND } from '#platform/durations.ts';
import type { Database } from './database.ts';
import { lockEmbedded } from './embedded-lock.ts';
import { withoutValues } from './errors-without-values.ts';

export type DatabaseConnection = {
  database: Database;
  kind: 'postgresql' | 'embedded';
  /** One round trip; throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Milliseconds that one statement took, failed ones included. */
type OnQuery = (ms: number) => void;

export type PostgresAddress = {
  url: string;
  /** Connections this process may hold, 10 unless told. */
  poolSize?: number;
  /** Milliseconds after which a statement is given up, 15 s unless told; large migrations may need more. */
  longestQueryMs?: number;
  onQuery?: OnQuery;
};

/** A folder, or 'memory' for a database that ends with the process. */
type EmbeddedAddress = { embeddedIn: string; onQuery?: OnQuery };

/**
 * PostgreSQL 13 or newer, or the embedded PGlite. Both read the same types: timestamptz as Date, bigint as number,
 * numeric and date as text ('2026-01-31'), bytea as Buffer, json parsed. Hand JSON over as text (JSON.stringify), because
 * the two drivers disagree about arrays.
 *
 * The embedded database has one connection: inside a transaction ask the transaction, never the outer database,
 * which would wait for itself.
 */
export async function connectDatabase(at: PostgresAddress | EmbeddedAddress): Promise<DatabaseConnection> {
  const { onQuery } = at;
  const log = (event: LogEvent) => {
    onQuery?.(event.queryDurationMillis);
    if (event.level === 'error') withoutValues(event.error);
  };
  const isEmbedded = 'embeddedIn' in at;
  const unlock = isEmbedded && at.embeddedIn !== 'memory' ? lockEmbedded(at.embeddedIn) : () => undefined;
  const dialect = isEmbedded ? await embeddedDialect(at) : postgresDialect(at);
  const database: Database = new Kysely({ dialect, log });

  return {
    database,
    kind: isEmbedded ? 'embedded' : 'postgresql',
    async ping() {
      await sql`select 1`.execute(database);
    },
    async close() {
      await database.destroy();
      unlock();
    },
  };
}

/** Object identifiers of the built-in types, the same in every PostgreSQL (catalog pg_type). */
const BYTEA = 17;
const INT8 = 20;
const DATE = 1082;

function postgresDialect({ url, poolSize = 10, longestQueryMs = 15 * SECOND }: PostgresAddress): Dialect {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  types.setTypeParser(DATE, String);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    application_name: 'panjereh',
    keepAlive: true,
    connectionTimeoutMillis: 3 * SECOND,
    statement_timeout: longestQueryMs,
    // The server gives up first; this one is for a server that has vanished.
    query_timeout: longestQueryMs + 2 * SECOND,
    idle_in_transaction_session_timeout: 30 * SECOND,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // Nor does one that breaks between two statements of a transaction: the next statement fails, and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

async function embeddedDialect({ embeddedIn }: EmbeddedAddress): Promise<Dialect> {
  if (embeddedIn !== 'memory') mkdirSync(embeddedIn, { recursive: true, mode: 0o700 });
  const readBytes = embeddedTypes.parsers[BYTEA];
  const pglite = await PGlite.create({
    dataDir: embeddedIn === 'memory' ? 'memory://' : join(embeddedIn),
    parsers: {
      [INT8]: Number,
      [DATE]: String,
      [BYTEA]: (text) => Buffer.from(readBytes?.(text) as Uint8Array),
    },
  });
  return new PGliteDialect({ pglite });
}
