import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Document, sendDocument } from '#platform/http/document.ts';
import { cacheControl, preparedJwks } from '#signing-keys/jwks.ts';
import type { KeyRing } from '#signing-keys/key-ring.ts';
import type { RingKey } from './library-keys.ts';

/**
 * The ring in the library's order: what signs first, then what is only published, then what is archived. Archived keys
 * still verify our own id_token_hint (OpenID Connect RP-Initiated Logout 1.0 section 4) and are not in `/jwks`, which
 * is answered here and not by the library.
 */
export function libraryOrder({ algorithms, arriving, archived }: KeyRing): RingKey[] {
  const active = algorithms.map((ring) => ring.active);
  const published = [...algorithms, ...arriving].flatMap((ring) => ring.published);
  const rest = [...published, ...archived].filter(({ kid }) => !active.some((key) => key.kid === kid));
  return [
    ...active,
    // Only the active key may sign, whatever else an instance still holds in memory.
    ...rest.map(({ kid, alg, publicJwk }) => ({ kid, alg, publicJwk })),
  ];
}

/**
 * Answers `/jwks` from a buffer that is made once for a ring, and tells `noteFetch` of every key set that was handed
 * out. `/jwks/<anything>` is the same set: a relying party that misspells its own address must not lose its sign-ins
 * for it, and nobody is looked up on the way. Whose fetch it was is found out later.
 */
export function createJwksEndpoint({
  maxAgeMs,
  random,
  noteFetch = () => undefined,
}: {
  maxAgeMs: number;
  random(): number;
  noteFetch?: (request: IncomingMessage, epoch: number) => void;
}) {
  let prepared: { ring: KeyRing; jwks: Document } | undefined;

  return (ring: KeyRing, request: IncomingMessage, response: ServerResponse): void => {
    if (prepared?.ring.epoch !== ring.epoch) prepared = { ring, jwks: preparedJwks(ring) };
    sendDocument({ request, response }, prepared.jwks, {
      type: 'application/jwk-set+json',
      cacheControl: cacheControl(maxAgeMs, random()),
    });
    if (request.method === 'GET') noteFetch(request, ring.epoch);
  };
}
