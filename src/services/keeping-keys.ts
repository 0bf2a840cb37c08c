import { createSigningKeys } from '#signing-keys/create-signing-keys.ts';
import { RingNotInitialised } from '#signing-keys/errors.ts';
import { readWindows } from '#signing-keys/windows.ts';
import type { Foundation } from './foundation.ts';

/** The key ring, kept up with. The embedded default makes its first ring by itself; production needs `keys init`. */
export async function keepSigningKeys({
  clock,
  log,
  metrics,
  isEmbedded,
  database,
  sealerFor,
  changeFeed,
  audit,
}: Foundation) {
  const windows = readWindows();
  const signingKeys = createSigningKeys({
    database,
    sealer: await sealerFor('signing-keys'),
    clock,
    changeFeed,
    windows,
    onError: (error) => log.error({ err: error }, 'the signing keys could not be read'),
    events: { changed: ({ kids, ...event }) => audit.signingKeysChanged({ ...event, kids: kids.join(' ') }) },
  });
  const keeping = await signingKeys.start().catch(async (error: unknown) => {
    if (!(error instanceof RingNotInitialised) || !isEmbedded) throw error;
    await signingKeys.init({ by: 'first-start' });
    return signingKeys.start();
  });
  metrics.gauge(
    'panjereh_key_rotation_late_seconds',
    'How late the next step of the signing keys is.',
    () => signingKeys.lateness() / 1000,
  );
  return { signingKeys, windows, stop: keeping.stop };
}
