import type { JsonWebKey } from 'node:crypto';
import { inSeconds } from '#platform/durations.ts';
import { createDocument, type Document } from '#platform/http/document.ts';
import type { KeyRing } from './key-ring.ts';

/** The members a public key may show, RFC 7517 section 4 and RFC 7518 section 6: a list of what may leave, never of what may not. */
const publicMembers = ['kty', 'use', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const;

/**
 * The key set of RFC 7517: of each algorithm the active key first, then the standby, then the keys that only verify.
 * Throws when it would be empty: an empty set, once cached, refuses every citizen for as long as the cache lives.
 */
export function preparedJwks(ring: KeyRing): Document {
  const keys = [...ring.algorithms, ...ring.arriving].flatMap(({ published }) =>
    published.map(({ publicJwk }) => onlyPublic(publicJwk)),
  );
  if (keys.length === 0) throw new Error('the key set would be empty; it is not served');
  return createDocument({ keys });
}

/**
 * `random` is 0 to 1. A tenth more or less keeps caches that were filled at the same moment from asking again at the
 * same moment. RFC 5861: while we are away, a cache may go on with what it has for a day.
 */
export function cacheControl(maxAgeMs: number, random: number): string {
  const spread = 0.9 + 0.2 * random;
  return `public, max-age=${inSeconds(maxAgeMs * spread)}, stale-if-error=86400`;
}

export function onlyPublic(jwk: JsonWebKey): JsonWebKey {
  return Object.fromEntries(
    publicMembers.flatMap((member) => (jwk[member] === undefined ? [] : [[member, jwk[member]]])),
  );
}
