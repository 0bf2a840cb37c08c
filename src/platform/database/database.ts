import type { Kysely } from 'kysely';

/**
 * What must never be lost. Each room names its own tables: `database.withTables<{ citizens: CitizenRow }>()`.
 * The same SQL runs on PostgreSQL and on the embedded PGlite.
 */
// biome-ignore lint/complexity/noBannedTypes: an open database has no tables until a room names its own.
export type Database = Kysely<{}>;
