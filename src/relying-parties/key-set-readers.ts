import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { inPages } from '#platform/database/in-pages.ts';
import { HOUR, SECOND } from '#platform/durations.ts';
import { createIsWithin } from '#platform/http/client-address.ts';
import { createKeptValue } from '#platform/kept-value.ts';
import { listRegisteredReaders, type RegisteredReader } from './key-set-readers-store.ts';
import type { BothLanguages } from './relying-party.ts';

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
  const listAfter = (after: string, limit: number) => listRegisteredReaders(database, { after, limit });
  return async (): Promise<KeySetReader[]> => {
    const readers: KeySetReader[] = [];
    for await (const page of inPages(listAfter, ({ clientId }) => clientId))
      readers.push(...page.map((each) => readerOf(each, usualCacheMs)));
    return readers;
  };
}

/** A change is heard of within seconds; this is for the case that it was not. */
const READ_AT_LEAST_EVERY = 1 * HOUR;

/** For whoever asks every few seconds: ten thousand relying parties are fifty pages. */
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

function readerOf({ clientId, name, cacheSeconds, addresses }: RegisteredReader, usualCacheMs: number): KeySetReader {
  return {
    clientId,
    name,
    cacheMs: Math.max(usualCacheMs, cacheSeconds * SECOND),
    isFrom: createIsWithin(addresses),
  };
}
