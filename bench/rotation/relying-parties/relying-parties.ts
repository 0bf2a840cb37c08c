import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { CLOCK_ERROR_HERE } from '../timing.ts';
import type { FetchKeySet, KeySetSource } from './fetch-key-set.ts';
import { createSharedCache, heldForADay, heldForMaxAge, type KeyCopy, loadedOnceADay } from './key-copies.ts';
import { type Refusal, refusalOf } from './own-verification.ts';

const kinds = [
  'jose, fetches on unknown kid',
  'keeps for 24 h, never fetches between',
  'obeys max-age',
  'loads once a day',
  'behind a stale cache',
  'clock 5 minutes fast',
  'clock 5 minutes slow',
] as const;
type RelyingPartyKind = (typeof kinds)[number];

export type RelyingParty = {
  kind: RelyingPartyKind;
  /** Undefined when it accepts the token. */
  refuse(token: string): Promise<Refusal | undefined>;
};

/** The same five minutes that the margin of the windows stands for, against the real lives of real tokens. */
const CLOCK_ERROR = 300_000;
/** 30 s with the days pressed together would be nothing; this still keeps it from asking in a loop. */
const JOSE_COOLDOWN = 100;

/** `each` of every kind, each with its own copy, its own habits and its own instance to ask first. */
export function createRelyingParties({
  source,
  issuer,
  dayMs,
  each,
}: {
  source: KeySetSource;
  issuer: string;
  dayMs: number;
  each: number;
}): RelyingParty[] {
  const sharedCaches = [0, 1, 2].map((index) => createSharedCache(source.fetchFor(index), dayMs));

  function create(kind: RelyingPartyKind, index: number): RelyingParty {
    const fetch = source.fetchFor(index);
    switch (kind) {
      case 'jose, fetches on unknown kid':
        return joseRelyingParty(kind, { fetch, issuer, dayMs });
      case 'keeps for 24 h, never fetches between':
        return ownRelyingParty(kind, { copy: heldForADay(fetch, dayMs), issuer });
      case 'obeys max-age':
        return ownRelyingParty(kind, { copy: heldForMaxAge(fetch), issuer });
      case 'loads once a day':
        return ownRelyingParty(kind, { copy: loadedOnceADay(fetch, dayMs, index / each), issuer });
      case 'behind a stale cache':
        return ownRelyingParty(kind, {
          copy: heldForMaxAge(sharedCaches[index % sharedCaches.length] ?? fetch),
          issuer,
        });
      // A fast clock lets go too early; a slow one keeps its copy for longer than it was told.
      case 'clock 5 minutes fast':
        return ownRelyingParty(kind, {
          copy: heldForADay(fetch, dayMs, -CLOCK_ERROR_HERE),
          issuer,
          clockErrorMs: CLOCK_ERROR,
        });
      case 'clock 5 minutes slow':
        return ownRelyingParty(kind, {
          copy: heldForADay(fetch, dayMs, CLOCK_ERROR_HERE),
          issuer,
          clockErrorMs: -CLOCK_ERROR,
        });
    }
  }

  return kinds.flatMap((kind) => Array.from({ length: each }, (_, index) => create(kind, index)));
}

function ownRelyingParty(
  kind: RelyingPartyKind,
  { copy, issuer, clockErrorMs = 0 }: { copy: KeyCopy; issuer: string; clockErrorMs?: number },
): RelyingParty {
  return {
    kind,
    async refuse(token) {
      const keys = await copy.current();
      const nowMs = Date.now() + clockErrorMs;
      return refusalOf(token, keys, { issuer, nowMs, toleranceMs: Math.abs(clockErrorMs) });
    },
  };
}

function joseRelyingParty(
  kind: RelyingPartyKind,
  { fetch, issuer, dayMs }: { fetch: FetchKeySet; issuer: string; dayMs: number },
): RelyingParty {
  const keys = createRemoteJWKSet(new URL('/jwks', issuer), {
    cacheMaxAge: dayMs,
    cooldownDuration: JOSE_COOLDOWN,
    [customFetch]: async () =>
      new Response((await fetch()).body, { headers: { 'content-type': 'application/jwk-set+json' } }),
  });
  return {
    kind,
    async refuse(token) {
      try {
        await jwtVerify(token, keys, { issuer, algorithms: ['ES256', 'RS256'] });
        return undefined;
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
        if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
        if (error instanceof errors.JWTExpired) return 'expired';
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}
