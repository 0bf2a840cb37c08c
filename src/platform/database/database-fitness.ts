import type { Database } from './database.ts';
import type { Migrations } from './migrate.ts';

/** PostgreSQL cannot be worked with as it is; the message says what to do. */
class DatabaseUnfit extends Error {}

/** PostgreSQL: undefined_table. */
const UNDEFINED_TABLE = '42P01';

/** @throws DatabaseUnfit */
export async function checkDatabaseAnswers({ ping }: { ping(): Promise<void> }): Promise<void> {
  try {
    await ping();
  } catch (cause) {
    throw new DatabaseUnfit(
      `DATABASE_URL: PostgreSQL does not answer (${codeOf(cause)}); check host, port, user, password and that the database exists`,
      { cause },
    );
  }
}

/**
 * A database newer than this code is fit, because the version before must run on the new schema; an older one is not.
 *
 * @throws DatabaseUnfit
 */
export async function checkSchema(database: Database, migrations: Migrations): Promise<void> {
  const missing = await missingMigrations(database, migrations);
  if (missing.length > 0)
    throw new DatabaseUnfit(`the database lacks ${missing.join(', ')}; bring it up to date: npm run migrate`);
}

/** Names of what this database does not have yet. Not for within a transaction: the table that is asked may be missing, too. */
export async function missingMigrations(database: Database, migrations: Migrations): Promise<string[]> {
  const applied = await namesOfApplied(database);
  return Object.keys(migrations).filter((name) => !applied.has(name));
}

async function namesOfApplied(database: Database): Promise<ReadonlySet<string>> {
  try {
    const rows = await database
      .withTables<{ kysely_migration: { name: string } }>()
      .selectFrom('kysely_migration')
      .select('name')
      .execute();
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return new Set();
    throw error;
  }
}

/** Such as ECONNREFUSED, or 28P01 for a wrong password; the driver's message may name more than a log should hold. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}
