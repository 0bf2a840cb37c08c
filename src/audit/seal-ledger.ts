import { setImmediate as othersFirst } from 'node:timers/promises';
import { HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { commitmentTo, createSalts, hashOfEntry, type LedgerEntry } from './ledger-entry.ts';
import { hashOfHead, type LedgerKeys, type SignedHead } from './ledger-head.ts';
import type { LedgerStore } from './ledger-store.ts';
import { rootOf } from './merkle.ts';

/** How long an event can be changed unseen. Shorter would only make more heads. */
const EVERY = 1 * MINUTE;
/** Over nothing, a head says that the ledger still stands: 24 of them a day. */
const QUIET_HEAD_AFTER = 1 * HOUR;
/** About 0.3 s of one core; more than that waits for the next round, which follows at once. */
const MOST_ENTRIES = 10_000;
/** About 10 ms in which no request is answered. */
const ENTRIES_AT_A_TIME = 1000;

export type LedgerWitness = {
  /** Remembers the head in a place that whoever can write to the database cannot write to. */
  remember(head: SignedHead): Promise<void>;
};

type Needs = { store: LedgerStore; keys: LedgerKeys; issuer: string; witnesses: readonly LedgerWitness[] };

/** Seals what happened since the last head; undefined when it is not time yet or another instance does it. */
export function createSealLedger({ store, keys, issuer, witnesses }: Needs) {
  return async function seal(): Promise<SignedHead | undefined> {
    const sealed = await store.addHead(MOST_ENTRIES, async ({ entries, last, now }) => {
      const age = last === undefined ? Number.POSITIVE_INFINITY : now - last.at;
      const isFull = entries.length === MOST_ENTRIES;
      // A little early counts as a minute: timers of several instances drift against each other.
      if (!isFull && age < (entries.length === 0 ? QUIET_HEAD_AFTER : EVERY - 5 * SECOND)) return undefined;
      if (entries.length === 0 && last === undefined) return undefined;
      const places = await placesFor(entries);
      const head = keys.sign({
        issuer,
        number: (last?.number ?? 0) + 1,
        at: now,
        entries: places.length,
        root: places.length === 0 ? '' : rootOf(places.map(({ hash }) => hash)).toString('base64url'),
        previous: last === undefined ? '' : hashOfHead(last),
      });
      return { head, places: places.map(({ hash: _hash, ...place }) => place) };
    });
    if (sealed !== undefined) await Promise.all(witnesses.map((witness) => witness.remember(sealed)));
    return sealed;
  };
}

async function placesFor(entries: readonly LedgerEntry[]) {
  const newSalt = createSalts();
  const places = [];
  for (const [index, entry] of entries.entries()) {
    const salt = newSalt();
    const commitment = commitmentTo(entry, salt);
    places.push({ eventId: entry.id, salt, commitment, hash: hashOfEntry(entry, commitment) });
    if (index % ENTRIES_AT_A_TIME === ENTRIES_AT_A_TIME - 1) await othersFirst();
  }
  return places;
}

type Sealing = { seal: ReturnType<typeof createSealLedger>; onError(error: unknown): void };

/** Every instance runs one; the lock in the store lets one of them through. */
export function startSealingLedger({ seal, onError }: Sealing): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const round = async () => {
    for (let head = await seal(); head?.entries === MOST_ENTRIES; head = await seal());
  };
  const timer = setInterval(() => {
    running = running.then(round).catch(onError);
  }, EVERY);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
