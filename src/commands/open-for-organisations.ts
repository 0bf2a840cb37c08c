import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { systemClock } from '#platform/clock.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { openDataKeys } from '#platform/sealing/data-keys.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createListCursor } from '#relying-parties/list-cursor.ts';
import { createOrganisations, type Organisations } from '#relying-parties/organisations.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import type { Settings } from '#root/settings.ts';

export type OrganisationsAtHand = { organisations: Organisations; close(): Promise<void> };

/** The registry of organisations alone, for a command. The database must have its tables already. */
export async function openOrganisationsFrom(settings: Settings): Promise<OrganisationsAtHand> {
  const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: settings.masterKey });
  const { database, close } = await connectDatabase(
    settings.databaseUrl === undefined
      ? { embeddedIn: `${settings.dataFolder}/database` }
      : { url: settings.databaseUrl, poolSize: 2 },
  );
  try {
    const auditStore = createAuditStore({
      database,
      onError: (error) => process.stderr.write(`the audit could not be written: ${String(error)}\n`),
    });
    const organisations = createOrganisations({
      store: createOrganisationsStore({ database }),
      sealer: createSealer(await openDataKeys({ database, masterKeys, purpose: 'relying-parties' })),
      cursor: createListCursor(
        createKeyedHash((await openDataKeys({ database, masterKeys, purpose: 'lookup' }))[0].secret),
      ),
      audit: createAuditEvents(auditStore.record),
      clock: systemClock,
    });
    return {
      organisations,
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
