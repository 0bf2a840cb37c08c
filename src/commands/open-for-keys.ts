import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { systemClock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { openDataKeys, rewrapDataKeys } from '#platform/sealing/data-keys.ts';
import { createMasterKeyFile, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import type { Settings } from '#root/settings.ts';
import { createSigningKeys, type SigningKeys } from '#signing-keys/create-signing-keys.ts';

/** What the key commands work with. */
export type KeysAtHand = {
  signingKeys: SigningKeys;
  /** The master key that seals from now on. */
  masterKeyId: string;
  rewrap(): Promise<{ rewrapped: number; verified: number }>;
  close(): Promise<void>;
};

export type OpenSigningKeys = (how: { isRehearsal: boolean; mayMigrate: boolean }) => Promise<KeysAtHand>;

export function openSigningKeysFrom(settings: Settings): OpenSigningKeys {
  return async ({ isRehearsal, mayMigrate }) => {
    const masterKeys = readMasterKeys({ folder: settings.keysFolder, environmentValue: settings.masterKey });
    const { database, close } = await connectDatabase(
      settings.databaseUrl === undefined
        ? { embeddedIn: `${settings.dataFolder}/database` }
        : { url: settings.databaseUrl, poolSize: 2 },
    );
    try {
      if (mayMigrate) await migrate(database, migrations);
      const sealer = createSealer(await openDataKeys({ database, masterKeys, purpose: 'signing-keys' }));
      // This process ends before anything changes behind its back: it tells the others, and need not listen.
      const changeFeed = createChangeFeed({ database, clock: systemClock, pollEveryMs: 0 });
      // Nobody hears `onError`: the act waits for its audit entry, and fails with it.
      const audit = createAuditEvents(createAuditStore({ database, onError: () => undefined }).record);
      return {
        signingKeys: createSigningKeys({
          database,
          sealer,
          clock: systemClock,
          changeFeed,
          isRehearsal,
          events: { changed: ({ kids, ...event }) => audit.signingKeysChanged({ ...event, kids: kids.join(' ') }) },
        }),
        masterKeyId: masterKeys.current.id,
        rewrap: () => rewrapDataKeys({ database, masterKeys }),
        async close() {
          changeFeed.close();
          await close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

export function makeMasterKey(settings: Pick<Settings, 'keysFolder'>, name: string): string {
  return createMasterKeyFile(settings.keysFolder, name);
}
