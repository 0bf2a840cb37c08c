import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { buildConcurrently, type ConcurrentIndex } from './concurrent-index.ts';
import type { Database } from './database.ts';
import { missingMigrations } from './database-fitness.ts';

/** By name, as in '0001-data-keys'; names sort in the order they run. Indexes come after everything else. */
export type Migrations = Readonly<Record<string, Step | ConcurrentIndex>>;

type Step = { up(database: Database): Promise<void> };

/** Chosen once at random, so that no other program's advisory lock meets ours. */
const LOCK = 7_310_226_518_420_913;
const LOCK_RETRY_MS = 100;

/**
 * Applies what is missing, everything or nothing: one transaction under an advisory lock that lasts until its commit,
 * so instances that start at once apply each migration once. Then come the indexes on big tables, each by itself and
 * outside a transaction, because nobody shall wait for them; what was built stays when the next one fails. A database
 * that knows migrations this code does not is left as it is, because the version before must run on the new schema.
 */
export async function migrate(database: Database, migrations: Migrations): Promise<{ applied: string[] }> {
  // The usual start finds nothing to do, and Kysely's own look at the whole catalogue takes a second of the embedded database.
  if ((await missingMigrations(database, migrations)).length === 0) return { applied: [] };
  const { applied } = await untilFree(() => tryToMigrate(database, migrations));
  const { built } = await untilFree(() => tryToBuildIndexes(database, migrations));
  return { applied: [...applied, ...built] };
}

async function untilFree<Done>(attempt: () => Promise<Done | 'busy'>): Promise<Done> {
  for (;;) {
    const done = await attempt();
    if (done !== 'busy') return done;
    // Waiting inside PostgreSQL would run into the limit on the time of a statement.
    await wait(LOCK_RETRY_MS);
  }
}

async function tryToMigrate(database: Database, migrations: Migrations): Promise<{ applied: string[] } | 'busy'> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(LOCK)}) as ours`.execute(
      transaction,
    );
    if (rows[0]?.ours !== true) return 'busy';
    const failures: { name: string; cause: unknown }[] = [];
    const known = withFailuresNoted(migrations, failures);
    const migrator = new Migrator({
      db: transaction,
      provider: { getMigrations: async () => ({ ...known, ...(await unknownTo(migrations, transaction)) }) },
      // A correction made for an older release may carry a lower number than what already ran.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw migrationFailed(failures[0] ?? { name: '(none had begun)', cause: error });
    return { applied: (results ?? []).map((result) => result.migrationName) };
  });
}

/** Under the same lock, which here belongs to the connection: a transaction would be in the way of the building. */
async function tryToBuildIndexes(database: Database, migrations: Migrations): Promise<{ built: string[] } | 'busy'> {
  const missing = await missingMigrations(database, migrations);
  if (missing.length === 0) return { built: [] };
  return database.connection().execute(async (connection) => {
    const { rows } = await sql<{ ours: boolean }>`select pg_try_advisory_lock(${sql.lit(LOCK)}) as ours`.execute(
      connection,
    );
    if (rows[0]?.ours !== true) return 'busy';
    try {
      return { built: await buildMissing(connection, migrations) };
    } finally {
      // A connection that broke has given it back.
      await sql`select pg_advisory_unlock(${sql.lit(LOCK)})`.execute(connection).catch(() => undefined);
    }
  });
}

async function buildMissing(connection: Database, migrations: Migrations): Promise<string[]> {
  const built: string[] = [];
  for (const name of await missingMigrations(connection, migrations)) {
    const migration = migrations[name];
    if (migration === undefined || 'up' in migration) continue;
    try {
      await buildConcurrently(connection, migration);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `the index of ${name} could not be built; everything before it is done, and running this again builds it anew: ${reason}`,
        { cause },
      );
    }
    await noteApplied(connection, name);
    built.push(name);
  }
  return built;
}

/** As Kysely's Migrator notes its own, whose times are ISO 8601. */
async function noteApplied(connection: Database, name: string): Promise<void> {
  await connection
    .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
    .insertInto('kysely_migration')
    .values({ name, timestamp: sql<string>`to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` })
    .execute();
}

/** The Migrator reports what fails afterwards, in a transaction that is already lost, instead of the first cause. */
function withFailuresNoted(
  migrations: Migrations,
  failures: { name: string; cause: unknown }[],
): Record<string, Migration> {
  const noted = Object.entries(migrations).flatMap(([name, migration]) => {
    if (!('up' in migration)) return [];
    const up = async (database: Database) => {
      try {
        await migration.up(database);
      } catch (cause) {
        failures.push({ name, cause });
        throw cause;
      }
    };
    return [[name, { up }] as const];
  });
  return Object.fromEntries(noted);
}

/** Kysely takes a migration without code for corruption; stand-ins keep it from refusing a newer database, or our indexes. */
async function unknownTo(migrations: Migrations, database: Database): Promise<Record<string, Migration>> {
  const rows = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = rows.filter(({ name }) => !('up' in (migrations[name] ?? {})));
  return Object.fromEntries(unknown.map(({ name }) => [name, { up: async () => {} }]));
}

function migrationFailed({ name, cause }: { name: string; cause: unknown }): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`the migration ${name} failed and nothing was changed: ${reason}`, { cause });
}
