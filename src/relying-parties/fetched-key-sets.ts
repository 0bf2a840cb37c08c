import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';

/** The public keys behind a relying party's jwks_uri (RFC 7517 section 5). */
export type KeySet = z.output<typeof keySetShape>;

export type FetchedKeySets = {
  /**
   * `isUnknownKid` looks for a new key, at most once a minute.
   *
   * @throws KeySetUnavailable when there is none, and none from the last 24 h
   */
  fetchKeySet(uri: string, options?: { isUnknownKid?: boolean }): Promise<KeySet>;
  /** How long ago the set that is in use was fetched, in milliseconds; undefined where there is none. */
  ageOf(uri: string): number | undefined;
  /**
   * A fetch for oidc-provider. Our client metadata lets the library GET nothing but key sets, so every GET is answered
   * from here; everything else goes through. Outlives the provider, whose own cache is empty after each swap.
   */
  forLibrary(fetch: OutboundFetch): OutboundFetch;
};

export class KeySetUnavailable extends Error {}

const keySetShape = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(100) });

/** Also what holds when the answer says nothing: a new key of a relying party is known after a minute. */
const MIN_FRESH = 1 * MINUTE;
const MAX_FRESH = 24 * HOUR;
/** An endpoint that is down does not lock its relying party out on the same day. */
const KEPT_WHEN_DOWN = 1 * DAY;
const URIS_KEPT = 2000;

type Entry = {
  keySet?: KeySet;
  fetchedAt: number;
  freshUntil: number;
  triedAt: number;
  underWay?: Promise<void> | undefined;
};

export function createFetchedKeySets({ fetch, clock }: { fetch: OutboundFetch; clock: Clock }): FetchedKeySets {
  const entries = new LRUCache<string, Entry>({ max: URIS_KEPT });

  return { fetchKeySet, ageOf, forLibrary };

  function ageOf(uri: string): number | undefined {
    const entry = entries.peek(uri);
    return entry?.keySet === undefined ? undefined : clock.now() - entry.fetchedAt;
  }

  async function fetchKeySet(uri: string, { isUnknownKid = false } = {}): Promise<KeySet> {
    const entry = entries.get(uri) ?? { fetchedAt: 0, freshUntil: 0, triedAt: Number.NEGATIVE_INFINITY };
    entries.set(uri, entry);
    if (isUnknownKid || entry.freshUntil <= clock.now()) await refresh(uri, entry);
    if (entry.keySet === undefined || clock.now() - entry.fetchedAt > KEPT_WHEN_DOWN) {
      throw new KeySetUnavailable(
        `the key set at ${URL.parse(uri)?.host ?? 'an unreadable address'} cannot be fetched`,
      );
    }
    return entry.keySet;
  }

  /** At most one fetch a minute whatever happens, and callers at the same time share it. */
  async function refresh(uri: string, entry: Entry): Promise<void> {
    if (entry.underWay === undefined && clock.now() - entry.triedAt >= MIN_FRESH) {
      entry.triedAt = clock.now();
      entry.underWay = fetchInto(uri, entry).finally(() => {
        entry.underWay = undefined;
      });
    }
    await entry.underWay;
  }

  async function fetchInto(uri: string, entry: Entry): Promise<void> {
    try {
      const response = await fetch(uri, { headers: { accept: 'application/jwk-set+json, application/json' } });
      if (response.status !== 200) return;
      entry.keySet = keySetShape.parse(await response.json());
      entry.fetchedAt = clock.now();
      entry.freshUntil = clock.now() + freshFor(response.headers.get('cache-control'));
    } catch {
      // The last good set goes on for a day; the outbound call's own span and the relying party's failed sign-ins tell of it.
    }
  }

  function forLibrary(outbound: OutboundFetch): OutboundFetch {
    return async (url, options) => {
      if ((options?.method ?? 'GET').toUpperCase() !== 'GET') return outbound(url, options);
      // The library asks when it has no key yet, and when it meets a kid that it does not know: whatever the relying
      // party's own Cache-Control said, a new key is looked for, at most once a minute.
      const keySet = await fetchKeySet(String(url), { isUnknownKid: true });
      // The library adds its own cache on top: kept at its minimum, so that ours decides.
      return Response.json(keySet, { headers: { 'cache-control': `max-age=${MIN_FRESH / SECOND}` } });
    };
  }
}

/** RFC 9111 section 5.2.2. */
function freshFor(cacheControl: string | null): number {
  if (cacheControl === null || /no-(?:store|cache)/i.test(cacheControl)) return MIN_FRESH;
  const seconds = /(?:^|[\s,])max-age="?(\d{1,10})/i.exec(cacheControl)?.[1];
  if (seconds === undefined) return MIN_FRESH;
  return Math.min(Math.max(Number(seconds) * SECOND, MIN_FRESH), MAX_FRESH);
}
