import type { Clock } from '#platform/clock.ts';
import { DAY, SECOND } from '#platform/durations.ts';
import { createFetchCounts, type RawFetches } from './fetch-counts.ts';
import { attribute, type JwksFetches, type KeySetReader, OTHERS, programOf, siteOf } from './jwks-fetch.ts';
import type { JwksFetchesStore } from './jwks-fetches-store.ts';

const WRITE_EVERY = 10 * SECOND;
const ROWS_A_STATEMENT = 200;
/** Rows of one epoch that one instance adds before it stops telling newcomers apart: of a relying party, and of nobody known. */
const KINDS_OF_A_CLIENT = 50;
const KINDS_OF_NOBODY = 2000;
/** As long as an archived key is remembered: an older fetch says nothing about any key that still counts. */
const KEPT_FOR = 400 * DAY;

/**
 * Remembers who fetched which state of the key set. `/jwks` only counts in memory; every ten seconds the counts are
 * given their names and added to the database. What an instance has counted when it dies is lost.
 */
export function recordFetches({
  store,
  clock,
  listReaders,
  onError,
  everyMs = WRITE_EVERY,
}: {
  store: JwksFetchesStore;
  clock: Clock;
  listReaders(): Promise<readonly KeySetReader[]>;
  onError(error: unknown): void;
  everyMs?: number;
}) {
  const counts = createFetchCounts({ clock });
  let known: { epoch: number; kinds: Map<string, Set<string>> } | undefined;
  let forgotAt = clock.now();

  async function write(): Promise<void> {
    const readers = await listReaders();
    counts.expect(new Set(readers.map(({ clientId }) => clientId)));
    const taken = counts.take();
    for (const epoch of new Set(taken.map((it) => it.epoch))) {
      await learn(epoch);
      const ofEpoch = taken.filter((it) => it.epoch === epoch);
      const rows = addUp(ofEpoch.map((raw) => withinLimits(named(raw, readers))));
      for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) await store.add(rows.slice(at, at + ROWS_A_STATEMENT));
    }
    if (clock.now() - forgotAt > DAY) {
      forgotAt = clock.now();
      await store.forgetUntil(clock.now() - KEPT_FOR);
    }
  }

  /** What the database has of this epoch already counts against the limits. */
  async function learn(epoch: number): Promise<void> {
    if (known?.epoch === epoch) return;
    known = { epoch, kinds: new Map() };
    for (const it of await store.listOfEpoch(epoch)) kindsOf(it.clientId).add(kindOf(it));
  }

  function kindsOf(clientId: string): Set<string> {
    const kinds = known?.kinds.get(clientId) ?? new Set();
    known?.kinds.set(clientId, kinds);
    return kinds;
  }

  function withinLimits(it: JwksFetches): JwksFetches {
    const kinds = kindsOf(it.clientId);
    const limit = it.clientId === '' ? KINDS_OF_NOBODY : KINDS_OF_A_CLIENT;
    if (!kinds.has(kindOf(it)) && kinds.size >= limit) return { ...it, userAgent: OTHERS, network: OTHERS };
    kinds.add(kindOf(it));
    return it;
  }

  let running = Promise.resolve();
  const flush = () => {
    running = running.then(write).catch(onError);
    return running;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();
  // Relying parties' own URLs are known from the first fetch on.
  void flush();

  return {
    note: counts.note,
    /** Writes what was counted until now. */
    flush,
    async stop(): Promise<void> {
      clearInterval(timer);
      await flush();
    },
  };
}

function named(raw: RawFetches, readers: readonly KeySetReader[]): JwksFetches {
  const { epoch, firstSeen, lastSeen, fetches } = raw;
  const isOverflow = raw.userAgent === OTHERS && raw.address === '';
  return {
    ...{ epoch, firstSeen, lastSeen, fetches },
    ...attribute(raw, readers),
    userAgent: isOverflow ? OTHERS : programOf(raw.userAgent),
    network: isOverflow ? OTHERS : siteOf(raw.address),
  };
}

/** One statement may not touch a row twice. */
function addUp(all: readonly JwksFetches[]): JwksFetches[] {
  const sums = new Map<string, JwksFetches>();
  for (const it of all) {
    const key = `${it.clientId} ${kindOf(it)}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...it,
      firstSeen: Math.min(it.firstSeen, sum?.firstSeen ?? it.firstSeen),
      lastSeen: Math.max(it.lastSeen, sum?.lastSeen ?? it.lastSeen),
      fetches: it.fetches + (sum?.fetches ?? 0),
    });
  }
  return [...sums.values()];
}

function kindOf({ knownBy, userAgent, network }: JwksFetches): string {
  return `${knownBy} ${userAgent} ${network}`;
}
