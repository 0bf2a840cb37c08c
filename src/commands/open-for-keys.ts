import { systemClock } from '#platform/clock.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import { migrate } from '#platform/database/migrate.ts';
import { SECOND } from '#platform/durations.ts';
import { rewrapDataKeys } from '#platform/sealing/data-keys.ts';
import { createMasterKeyFile } from '#platform/sealing/master-keys.ts';
import { createListKeySetReaders, type KeySetReader } from '#relying-parties/key-set-readers.ts';
import { createRelyingParties, type RelyingParties } from '#relying-parties/relying-parties.ts';
import { migrations } from '#root/migrations/all.ts';
import { type CitizensKey, createCitizensKey, type RenewalTiming } from '#root/services/citizens-key.ts';
import { readKeySchedule } from '#root/services/keeping-keys.ts';
import type { Settings } from '#root/settings.ts';
import { createSigningKeys, type SigningKeys } from '#signing-keys/create-signing-keys.ts';
import { openStores } from './open-stores.ts';

/** What the key commands work with. */
export type KeysAtHand = {
  signingKeys: SigningKeys;
  /** The master key that seals from now on. */
  masterKeyId: string;
  listReaders(): Promise<KeySetReader[]>;
  /** Tells one relying party that it may keep our keys this long; the reason where that is refused. */
  promiseCache(asked: { clientId: string; seconds: number }): Promise<'promised' | { refused: string }>;
  rewrap(): Promise<{ rewrapped: number; verified: number }>;
  citizensKey: CitizensKey;
  close(): Promise<void>;
};

export type OpenSigningKeys = (how: { isRehearsal: boolean; mayMigrate: boolean }) => Promise<KeysAtHand>;

/** `timing` is for tests alone: they do not wait for a minute. */
export function openSigningKeysFrom(settings: Settings, timing: Partial<RenewalTiming> = {}): OpenSigningKeys {
  return async ({ isRehearsal, mayMigrate }) => {
    const { close, stop, ...atHand } = await openStores(settings, async (stores) => {
      const { database, masterKeys, audit, sealerFor, lookupHash } = stores;
      if (mayMigrate) await migrate(database, migrations);
      // This process ends before anything changes behind its back: it tells the others, and need not listen.
      const changeFeed = createChangeFeed({ database, clock: systemClock, pollEveryMs: 0 });
      const schedule = await readKeySchedule({ settings, database });
      const signingKeys = createSigningKeys({
        database,
        sealer: await sealerFor('signing-keys'),
        clock: systemClock,
        changeFeed,
        isRehearsal,
        ...schedule,
        events: { changed: ({ kids, ...event }) => audit.signingKeysChanged({ ...event, kids: kids.join(' ') }) },
      });
      const relyingParties = createRelyingParties({
        database,
        sealer: await sealerFor('relying-parties'),
        hash: await lookupHash(),
        changeFeed,
        clock: systemClock,
        allowKeySetCache: signingKeys.promiseCache,
      });
      return {
        signingKeys,
        listReaders: createListKeySetReaders({ database, usualCacheMs: schedule.windows.relyingPartyCache }),
        promiseCache: (asked: Promised) => promiseCache({ ...asked, relyingParties, signingKeys, isRehearsal }),
        masterKeyId: masterKeys.current.id,
        rewrap: () => rewrapDataKeys({ database, masterKeys }),
        citizensKey: createCitizensKey({ database, masterKeys, clock: systemClock, audit, timing }),
        stop() {
          relyingParties.close();
          changeFeed.close();
        },
      };
    });
    return {
      ...atHand,
      async close() {
        stop();
        await close();
      },
    };
  };
}

type Promised = Parameters<KeysAtHand['promiseCache']>[0];

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
