import { createAuditStore } from '#audit/audit-store.ts';
import { createAuditEvents } from '#audit/events.ts';
import { systemClock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { connectDatabase } from '#platform/database/connect.ts';
import { migrate } from '#platform/database/migrate.ts';
import { SECOND } from '#platform/durations.ts';
import { openDataKeys, rewrapDataKeys } from '#platform/sealing/data-keys.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createMasterKeyFile, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { createSealer } from '#platform/sealing/sealer.ts';
import { createListKeySetReaders, type KeySetReader } from '#relying-parties/key-set-readers.ts';
import { createRelyingParties, type RelyingParties } from '#relying-parties/relying-parties.ts';
import { migrations } from '#root/migrations/all.ts';
import { readKeySchedule } from '#root/services/keeping-keys.ts';
import type { Settings } from '#root/settings.ts';
import { createSigningKeys, type SigningKeys } from '#signing-keys/create-signing-keys.ts';

/** What the key commands work with. */
export type KeysAtHand = {
  signingKeys: SigningKeys;
  /** The master key that seals from now on. */
  masterKeyId: string;
  listReaders(): Promise<KeySetReader[]>;
  /** Tells one relying party that it may keep our keys this long; the reason where that is refused. */
  promiseCache(asked: { clientId: string; seconds: number }): Promise<'promised' | { refused: string }>;
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
      const schedule = await readKeySchedule({ settings, database });
      const signingKeys = createSigningKeys({
        database,
        sealer,
        clock: systemClock,
        changeFeed,
        isRehearsal,
        ...schedule,
        events: { changed: ({ kids, ...event }) => audit.signingKeysChanged({ ...event, kids: kids.join(' ') }) },
      });
      const relyingParties = createRelyingParties({
        database,
        sealer: createSealer(await openDataKeys({ database, masterKeys, purpose: 'relying-parties' })),
        hash: createKeyedHash((await openDataKeys({ database, masterKeys, purpose: 'lookup' }))[0].secret),
        changeFeed,
        clock: systemClock,
        allowKeySetCache: signingKeys.promiseCache,
      });
      return {
        signingKeys,
        listReaders: createListKeySetReaders({ database, usualCacheMs: schedule.windows.relyingPartyCache }),
        promiseCache: (asked) => promiseCache({ ...asked, relyingParties, signingKeys, isRehearsal }),
        masterKeyId: masterKeys.current.id,
        rewrap: () => rewrapDataKeys({ database, masterKeys }),
        async close() {
          relyingParties.close();
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

async function promiseCache({
  clientId,
  seconds,
  relyingParties,
  signingKeys,
  isRehearsal,
}: {
  clientId: string;
  seconds: number;
  relyingParties: RelyingParties;
  signingKeys: SigningKeys;
  isRehearsal: boolean;
}): Promise<'promised' | { refused: string }> {
  const known = await relyingParties.find(clientId);
  if (known === undefined) return { refused: 'unknown-relying-party' };
  if (isRehearsal) {
    const { outcome } = await signingKeys.promiseCache({ by: 'a dry run', cacheMs: seconds * SECOND });
    return ['done', 'already-there'].includes(outcome) ? 'promised' : { refused: outcome };
  }
  const saved = await relyingParties.save({ ...known, metadata: { ...known.metadata, jwks_cache_seconds: seconds } });
  return saved.outcome === 'saved' ? 'promised' : { refused: saved.faults.map(({ reason }) => reason).join(', ') };
}

export function makeMasterKey(settings: Pick<Settings, 'keysFolder'>, name: string): string {
  return createMasterKeyFile(settings.keysFolder, name);
}
