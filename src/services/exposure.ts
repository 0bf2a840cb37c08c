import type { IncomingMessage } from 'node:http';
import { createClientAddress } from '#platform/http/client-address.ts';
import { createListKeySetReaders } from '#relying-parties/key-set-readers.ts';
import { createJwksFetchesStore } from '#signing-keys/exposure/jwks-fetches-store.ts';
import { recordFetches } from '#signing-keys/exposure/record-fetches.ts';
import type { Foundation } from './foundation.ts';

/** Who has fetched which state of our key set; `npm run keys -- exposure` tells of it. */
export function watchKeySet(
  { settings, database, clock, log }: Foundation,
  { usualCacheMs }: { usualCacheMs: number },
) {
  const addressOf = createClientAddress({ trustedProxies: settings.trustedProxies });
  const listReaders = createListKeySetReaders({ database, usualCacheMs });
  const recording = recordFetches({
    store: createJwksFetchesStore({ database }),
    clock,
    listReaders,
    onError: (error) => log.error({ err: error }, 'fetches of the key set could not be written'),
  });
  return {
    listReaders,
    noteFetch(request: IncomingMessage, epoch: number): void {
      const [path = ''] = (request.url ?? '').split('?', 1);
      const userAgent = request.headers['user-agent'] ?? '';
      recording.note({ epoch, path, address: addressOf(request), userAgent });
    },
    flush: recording.flush,
    stop: recording.stop,
  };
}
