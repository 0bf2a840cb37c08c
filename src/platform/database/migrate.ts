import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import { missingMigrations } from './database-fitness.ts';

/** By name, as in '0001-data-keys'; names sort in the order they run. */
export type Migrations = Readonly<Record<string, { up(database: Database): Promise<void> }>>;

/** Chosen once at random, so that no other program's advisory lock meets ours. */
const LOCK = 7_310_226_518_420_913;
const LOCK_RETRY_MS = 100;

/**
 * Applies what is missing, everything or nothing: one transaction under an advisory lock that lasts until its commit,
 * so instances that start at once apply each migration once. A database that knows migrations this code does not
 * is left as it is, because the version before must run on the new schema.
 */
export async function migrate(database: Database, migrations: Migrations): Promise<{ applied: string[] }> {
  // The usual start finds nothing to do, and Kysely's own look at the whole catalogue takes a second of the embedded database.
  if ((await missingMigrations(database, migrations)).length === 0) return { applied: [] };
  for (;;) {
    const done = await tryToMigrate(database, migrations);
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

/** The Migrator reports what fails afterwards, in a transaction that is already lost, instead of the first cause. */
function withFailuresNoted(
  migrations: Migrations,
  failures: { name: string; cause: unknown }[],
): Record<string, Migration> {
  const noted = Object.entries(migrations).map(([name, migration]) => {
    const up = async (database: Database) => {
      try {
        await migration.up(database);
      } catch (cause) {
        failures.push({ name, cause });
        throw cause;
      }
    };
    return [name, { up }] as const;
  });
  return Object.fromEntries(noted);
}

/** Kysely takes a migration without code for corruption; stand-ins keep it from refusing a newer database. */
async function unknownTo(migrations: Migrations, database: Database): Promise<Record<string, Migration>> {
  const rows = await database
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = rows.filter(({ name }) => !(name in migrations));
  return Object.fromEntries(unknown.map(({ name }) => [name, { up: async () => {} }]));
}

function migrationFailed({ name, cause }: { name: string; cause: unknown }): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`the migration ${name} failed and nothing was changed: ${reason}`, { cause });
}
