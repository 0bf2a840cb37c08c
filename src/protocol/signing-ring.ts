import type { IncomingMessage, ServerResponse } from 'node:http';
import { cacheControl, type PreparedJwks, preparedJwks } from '#signing-keys/jwks.ts';
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

/** Answers `/jwks` from a buffer that is made once for a ring. */
export function createJwksEndpoint({ maxAgeMs, random }: { maxAgeMs: number; random(): number }) {
  let prepared: { ring: KeyRing; jwks: PreparedJwks } | undefined;

  return (ring: KeyRing, request: IncomingMessage, response: ServerResponse): void => {
    if (prepared?.ring.epoch !== ring.epoch) prepared = { ring, jwks: preparedJwks(ring) };
    const { body, etag } = prepared.jwks;
    const isKnown = request.headers['if-none-match']?.includes(etag) === true;
    response.writeHead(isKnown ? 304 : 200, {
      'Cache-Control': cacheControl(maxAgeMs, random()),
      ETag: etag,
      'Access-Control-Allow-Origin': '*',
      ...(isKnown ? {} : { 'Content-Type': 'application/jwk-set+json', 'Content-Length': body.length }),
    });
    response.end(isKnown || request.method === 'HEAD' ? undefined : body);
  };
}
