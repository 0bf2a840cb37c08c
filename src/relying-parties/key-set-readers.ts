import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { HOUR, SECOND } from '#platform/durations.ts';
import { createIsWithin } from '#platform/http/client-address.ts';
import { createKeptValue } from '#platform/kept-value.ts';
import { createRelyingPartiesStore } from './relying-parties-store.ts';
import type { BothLanguages, RelyingParty } from './relying-party.ts';

/** A relying party as the reader of our key set. */
export type KeySetReader = {
  clientId: string;
  name: BothLanguages;
  /** How long it was told it may keep our key set. Milliseconds. */
  cacheMs: number;
  /** Whether this is an address that it registered for its servers. */
  isFrom(address: string): boolean;
};

/** Suspended ones too: they were told the same, and may be let in again tomorrow. */
export function createListKeySetReaders({ database, usualCacheMs }: { database: Database; usualCacheMs: number }) {
  const store = createRelyingPartiesStore({ database, changeFeed: { announce: async () => undefined } });
  return async (): Promise<KeySetReader[]> => (await store.list()).map((it) => readerOf(it, usualCacheMs));
}

/** A change is heard of within seconds; this is for the case that it was not. */
const READ_AT_LEAST_EVERY = 1 * HOUR;

/** For whoever asks every few seconds: reading ten thousand relying parties takes a third of a second. */
export function keepKeySetReaders({
  listReaders,
  onChange,
  clock,
}: {
  listReaders(): Promise<KeySetReader[]>;
  /** Tells of every change of a relying party. */
  onChange(listener: () => void): void;
  clock: Clock;
}): () => Promise<KeySetReader[]> {
  const kept = createKeptValue({ read: listReaders, forMs: READ_AT_LEAST_EVERY, clock });
  onChange(kept.forget);
  return kept.get;
}

function readerOf(
  { clientId, name, metadata }: Pick<RelyingParty, 'clientId' | 'name' | 'metadata'>,
  usualCacheMs: number,
): KeySetReader {
  const promised = (metadata.jwks_cache_seconds ?? 0) * SECOND;
  return {
    clientId,
    name,
    cacheMs: Math.max(usualCacheMs, promised),
    isFrom: createIsWithin(metadata.egress_addresses ?? []),
  };
}
