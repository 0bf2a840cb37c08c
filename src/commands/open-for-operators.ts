import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { createCitizensStore } from '#citizens/citizens-store.ts';
import { createOperators, type Operators } from '#operators/operators.ts';
import { systemClock } from '#platform/clock.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { openDataKeys } from '#platform/sealing/data-keys.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import type { Settings } from '#root/settings.ts';

export type OperatorsAtHand = {
  operators: Operators;
  findByNationalCode: ReturnType<typeof createCitizensStore>['findByNationalCode'];
  /** An id stands where there is no such person. */
  nameOf(citizenId: string): Promise<string>;
  hasOrganisation(id: string): Promise<boolean>;
  close(): Promise<void>;
};

/** Roles and whose they are, for a command. The database must have its tables already. */
export async function openOperatorsFrom(settings: Settings): Promise<OperatorsAtHand> {
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
    const lookup = (await openDataKeys({ database, masterKeys, purpose: 'lookup' }))[0].secret;
    const citizens = createCitizensStore({
      database,
      sealer: createSealer(await openDataKeys({ database, masterKeys, purpose: 'citizens' })),
      lookupHash: createKeyedHash(lookup),
      changeFeed: { announce: async () => undefined },
    });
    const organisations = createOrganisationsStore({ database });
    return {
      operators: createOperators({ database, audit: createAuditEvents(auditStore.record), clock: systemClock }),
      findByNationalCode: citizens.findByNationalCode,
      async nameOf(citizenId) {
        const citizen = await citizens.findById(citizenId);
        return citizen === undefined ? citizenId : `${citizen.givenName} ${citizen.familyName}`;
      },
      hasOrganisation: async (id) => (await organisations.find(id)) !== undefined,
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
