import { join } from 'node:path';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { migrations } from '#root/migrations/all.ts';
import { createDatabaseOn, dropDatabase } from './postgres.ts';
import { temporaryFolder } from './processes.ts';

/**
 * Migrated databases without a row, one of each kind a run, for tests to copy: setting PGlite up takes seconds of a
 * processor, and copying one that is set up a tenth of a second.
 */
export type Prepared = { url: string; stop(): Promise<void> };

/** `url` is the path of a folder that no process has open. */
export async function prepareEmbedded(): Promise<Prepared> {
  const folder = await temporaryFolder('embedded-template');
  const path = join(folder.path, 'database');
  await migrateAndLeave(await connectDatabase({ embeddedIn: path }));
  return { url: path, stop: () => folder.remove() };
}

/** `url` is that of a database on this server to which nobody is connected. */
export async function preparePostgres(serverUrl: string): Promise<Prepared> {
  const url = await createDatabaseOn(serverUrl);
  await migrateAndLeave(await connectDatabase({ url }));
  return { url, stop: () => dropDatabase(url) };
}

async function migrateAndLeave(connection: DatabaseConnection): Promise<void> {
  await migrate(connection.database, migrations);
  await connection.close();
}
