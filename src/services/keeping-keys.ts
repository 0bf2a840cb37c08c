import type { Database } from '#platform/database/database.ts';
import { LIVES_OF_WHAT_IS_SIGNED } from '#protocol/lifetimes.ts';
import { createListKeySetReaders } from '#relying-parties/key-set-readers.ts';
import type { Settings } from '#root/settings.ts';
import { createSigningKeys } from '#signing-keys/create-signing-keys.ts';
import { RingNotInitialised } from '#signing-keys/errors.ts';
import { readKeySettings } from '#signing-keys/key-settings.ts';
import { watchKeySet } from './exposure.ts';
import type { Foundation } from './foundation.ts';

/**
 * Days pressed into seconds, for the benchmark that turns keys over while it watches. It is an argument and no setting:
 * main.ts hands in nothing, so no environment can put a production process below the floors.
 */
export type KeyTiming = Partial<
  Pick<Parameters<typeof createSigningKeys>[0], 'windows' | 'workingHours' | 'pollEveryMs' | 'fenceAfterMs'>
>;

/** With what the database says of promises left out, for whoever checks settings alone. Throws WindowsRefused. */
export function checkKeySettings({ keys }: Pick<Settings, 'keys'>, { longestPromise = 0 } = {}) {
  return readKeySettings(keys, { longestPromise, lives: LIVES_OF_WHAT_IS_SIGNED });
}

/** The windows, working hours and freezes that the settings and the promises to relying parties make. */
export async function readKeySchedule({ settings, database }: { settings: Settings; database: Database }) {
  const readers = await createListKeySetReaders({ database, usualCacheMs: 0 })();
  return checkKeySettings(settings, { longestPromise: Math.max(0, ...readers.map(({ cacheMs }) => cacheMs)) });
}

/** The key ring, kept up with. The embedded default makes its first ring by itself; production needs `keys init`. */
export async function keepSigningKeys(foundation: Foundation, { windows: timed, ...timing }: KeyTiming = {}) {
  const { settings, clock, log, metrics, isEmbedded, database, sealerFor, changeFeed, audit } = foundation;
  const [cookieSecret] = foundation.cookieSecrets;
  const { windows: chosen, workingHours, freezes } = await readKeySchedule({ settings, database });
  const windows = timed ?? chosen;
  const sealer = await sealerFor('signing-keys');
  const known = { database, sealer, clock, windows, workingHours, freezes, ...timing };
  const signingKeys = createSigningKeys({
    ...known,
    changeFeed,
    onError: (error) => log.error({ err: error }, 'the signing keys could not be read'),
    events: { changed: ({ kids, ...event }) => audit.signingKeysChanged({ ...event, kids: kids.join(' ') }) },
  });
  const keeping = await signingKeys.start().catch(async (error: unknown) => {
    if (!(error instanceof RingNotInitialised) || !isEmbedded) throw error;
    await signingKeys.init({ by: 'first-start' });
    return signingKeys.start();
  });
  // Another instance may make it at the same moment; one of them does.
  if (signingKeys.current().cookies.length === 0)
    await signingKeys.makeCookieRing({ by: 'first-start', secret: cookieSecret });
  metrics.gauge(
    'panjereh_key_rotation_late_seconds',
    'How late the next step of the signing keys is.',
    () => signingKeys.lateness() / 1000,
  );
  const watching = watchKeySet(foundation, { usualCacheMs: windows.relyingPartyCache });
  return {
    signingKeys,
    /** Answers what an act would do, and writes nothing. */
    keyRehearsal: createSigningKeys({ ...known, isRehearsal: true }),
    windows,
    noteFetch: watching.noteFetch,
    exposure: { listReaders: watching.listReaders, flush: watching.flush },
    async stop() {
      keeping.stop();
      await watching.stop();
    },
  };
}
