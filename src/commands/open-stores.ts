import { createAuditStore } from '#audit/audit-store.ts';
import { type AuditEvents, createAuditEvents } from '#audit/events.ts';
import { connectDatabase, type DatabaseConnection, type PostgresAddress } from '#platform/database/connect.ts';
import type { Database } from '#platform/database/database.ts';
import { type DataKeyPurpose, openDataKeys } from '#platform/sealing/data-keys.ts';
import { createKeyedHash, type KeyedHash } from '#platform/sealing/keyed-hash.ts';
import { type MasterKeys, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer, type Sealer } from '#platform/sealing/sealer.ts';
import type { Settings } from '#root/settings.ts';

type Stores = {
  database: Database;
  masterKeys: MasterKeys;
  audit: AuditEvents;
  sealerFor(purpose: DataKeyPurpose): Promise<Sealer>;
  lookupHash(): Promise<KeyedHash>;
};

/** The database that the settings name, with few connections: the instances need theirs. */
export function connectFrom(
  { databaseUrl, dataFolder }: Settings,
  { longestQueryMs }: Pick<PostgresAddress, 'longestQueryMs'> = {},
): Promise<DatabaseConnection> {
  if (databaseUrl === undefined) return connectDatabase({ embeddedIn: `${dataFolder}/database` });
  return connectDatabase({
    url: databaseUrl,
    poolSize: 2,
    ...(longestQueryMs === undefined ? {} : { longestQueryMs }),
  });
}

/**
 * Opens what a command works with, lets `build` make its rooms of it, and adds `close`, which waits for the audit. The
 * database must have its tables already, unless `build` makes them.
 */
export async function openStores<Rooms extends object>(
  settings: Settings,
  build: (stores: Stores) => Promise<Rooms>,
): Promise<Rooms & { close(): Promise<void> }> {
  const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: settings.masterKey });
  const { database, close } = await connectFrom(settings);
  const auditStore = createAuditStore({
    database,
    onError: (error) => process.stderr.write(`the audit could not be written: ${String(error)}\n`),
  });
  const keysFor = (purpose: DataKeyPurpose) => openDataKeys({ database, masterKeys, purpose });
  try {
    const rooms = await build({
      database,
      masterKeys,
      audit: createAuditEvents(auditStore.record),
      sealerFor: async (purpose) => createSealer(await keysFor(purpose)),
      lookupHash: async () => createKeyedHash((await keysFor('lookup'))[0].secret),
    });
    return {
      ...rooms,
      async close() {
        await auditStore.flush();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
