import type { IncomingMessage } from 'node:http';
import { createClientAddress } from '#platform/http/client-address.ts';
import { createListKeySetReaders, keepKeySetReaders } from '#relying-parties/key-set-readers.ts';
import { RELYING_PARTIES_TOPIC } from '#relying-parties/relying-parties-store.ts';
import { createJwksFetchesStore } from '#signing-keys/exposure/jwks-fetches-store.ts';
import { recordFetches } from '#signing-keys/exposure/record-fetches.ts';
import type { Foundation } from './foundation.ts';

/** Who has fetched which state of our key set; `npm run keys -- exposure` tells of it. */
export function watchKeySet(
  { settings, database, changeFeed, clock, log }: Foundation,
  { usualCacheMs }: { usualCacheMs: number },
) {
  const addressOf = createClientAddress({ trustedProxies: settings.trustedProxies });
  const listReaders = createListKeySetReaders({ database, usualCacheMs });
  const recording = recordFetches({
    store: createJwksFetchesStore({ database }),
    clock,
    listReaders: keepKeySetReaders({
      listReaders,
      onChange: (listener) => void changeFeed.onChange(RELYING_PARTIES_TOPIC, listener),
      clock,
    }),
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
