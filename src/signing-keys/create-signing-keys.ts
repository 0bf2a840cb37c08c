import type { KeyObject } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { createPromiseCache } from './cache-promises.ts';
import { type Freeze, iranianWorkingHours, type WorkingHours } from './calendar.ts';
import { RingMissing, RingNotInitialised, RingStale } from './errors.ts';
import { exposureOf, keyToAskAbout } from './exposure/exposure.ts';
import type { KeySetReader } from './exposure/jwks-fetch.ts';
import { createJwksFetchesStore } from './exposure/jwks-fetches-store.ts';
import { onlyPublic } from './jwks.ts';
import { isHeldOpen, type KeyRing, keyRing, type RingSnapshot } from './key-ring.ts';
import { createPerform, type SigningKeyEvents } from './perform-act.ts';
import { createRingActs } from './ring-acts.ts';
import { lateness } from './schedule.ts';
import { createSigningKeysStore, type TimeOf } from './signing-keys-store.ts';
import { COOKIES, stateOf } from './states.ts';
import { ringStatus } from './status.ts';
import { verifyRing } from './verification.ts';
import { LONGEST_MAX_AGE, readWindows, type Windows } from './windows.ts';

/** How often an instance looks whether the ring changed; the change feed is usually faster. */
const POLL_EVERY = 5 * SECOND;
/** An instance that has not seen the ring for this long may be signing with a key that was revoked meanwhile. */
const FENCE_AFTER = 60 * SECOND;

/** One poll may be late; after two, an instance reads the ring once more before it signs. */
const MISSED_POLLS = 2;

const SIGNING_KEYS_TOPIC = 'signing-keys';

export type SigningKeys = ReturnType<typeof createSigningKeys>;

type Needs = {
  database: Database;
  /** Of the purpose 'signing-keys'. */
  sealer: Sealer;
  clock: Clock;
  changeFeed?: Pick<ChangeFeed, 'announce' | 'onChange'>;
  windows?: Windows;
  workingHours?: WorkingHours;
  /** Beside those that were declared by command. */
  freezes?: readonly Freeze[];
  events?: SigningKeyEvents;
  /** For a failed poll, which the fence turns into a refusal if it goes on. */
  onError?: (error: unknown) => void;
  fenceAfterMs?: number;
  pollEveryMs?: number;
  timeOf?: TimeOf;
  /** Every act is planned and answered as if it were done, and nothing is written. */
  isRehearsal?: boolean;
};

/** The key ring of one instance: what it knows of the ring, and everything that may be done to it. */
export function createSigningKeys({
  database,
  sealer,
  clock,
  changeFeed,
  windows = readWindows(),
  workingHours = iranianWorkingHours,
  freezes = [],
  events = {},
  onError = () => undefined,
  fenceAfterMs = FENCE_AFTER,
  pollEveryMs = POLL_EVERY,
  timeOf,
  isRehearsal = false,
}: Needs) {
  const store = createSigningKeysStore({ database, sealer, freezes, ...(timeOf && { timeOf }) });
  const listeners = new Set<(ring: KeyRing) => void>();
  let known: { snapshot: RingSnapshot; ring: KeyRing } | undefined;
  /** Readings overlap: of those that began, and of those that were believed, the number of the newest. */
  const readings = { begun: 0, believed: 0 };

  /** Reads the ring if it changed, and tells the listeners. Throws RingNotInitialised, RingMissing, RingBroken. */
  async function refresh(): Promise<KeyRing> {
    // Before the reading begins: a reading that hangs must not look fresh when it ends.
    const readAt = clock.now();
    readings.begun += 1;
    const reading = readings.begun;
    const seenBefore = known?.ring.epoch ?? 0;
    const { epoch, now } = await store.readEpoch();
    if (epoch < seenBefore)
      throw new RingMissing(`its list of epochs ends at ${epoch}, and this instance has seen ${seenBefore}`);
    // Another reading of this instance, begun later, may have ended before this one.
    if (known !== undefined && epoch < known.ring.epoch) return known.ring;
    if (known === undefined || epoch > known.ring.epoch) return adopt(await store.readRing(), readAt);
    // One that began earlier and ended later must not make the ring look older than it is.
    if (reading < readings.believed) return known.ring;
    readings.believed = reading;
    known = { snapshot: { ...known.snapshot, now }, ring: { ...known.ring, readAt } };
    return known.ring;
  }

  async function adopt(snapshot: RingSnapshot, readAt: number): Promise<KeyRing> {
    checkComplete(snapshot);
    const opened = new Map<string, KeyObject>();
    for (const row of snapshot.rows.filter(isHeldOpen)) {
      const privateKey = await store.openPrivateKey(row);
      if (privateKey === undefined) throw new RingMissing(`the private half of ${row.kid}, which is needed, is gone`);
      opened.set(row.kid, privateKey);
    }
    // A reading that was overtaken by a newer one is forgotten.
    if (known !== undefined && known.ring.epoch >= snapshot.epoch) return known.ring;
    const ring = keyRing(snapshot, windows, { readAt, privateKeyOf: (kid) => opened.get(kid) });
    known = { snapshot, ring };
    for (const listener of listeners) listener(ring);
    return ring;
  }

  /** The ring to sign with. Throws RingStale when this instance cannot know whether it is still right. */
  function current(): KeyRing {
    if (known === undefined) throw new RingStale('the ring has not been read yet');
    const age = clock.now() - known.ring.readAt;
    // A clock that was set back would make an old ring look young for as long.
    if (age > fenceAfterMs || age < -pollEveryMs) throw new RingStale(`the ring was last read ${age} ms ago`);
    return known.ring;
  }

  /**
   * Asked in the moment of signing: the request may have begun before a revocation, or in a process that was stopped
   * since. Throws RingStale. A key that retired meanwhile may still sign what it began.
   */
  async function checkMaySign(kid: string): Promise<void> {
    const age = known === undefined ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - known.ring.readAt);
    if (age > MISSED_POLLS * pollEveryMs) await refresh().catch((cause) => Promise.reject(staleBecause(cause)));
    const isInKeySet = current().algorithms.some(({ published }) => published.some((key) => key.kid === kid));
    if (!isInKeySet) throw new RingStale(`${kid} is not in the key set any more`);
  }

  const perform = createPerform({
    store,
    events,
    refresh,
    isRehearsal,
    announce: async (transaction) => changeFeed?.announce(transaction, { topic: SIGNING_KEYS_TOPIC, key: 'ring' }),
  });
  const acts = createRingActs({ store, database, perform, windows, workingHours, events, isRehearsal });

  async function readWhole(): Promise<RingSnapshot> {
    const snapshot = await store.readRing();
    checkComplete(snapshot);
    return snapshot;
  }

  let isActing = false;

  async function poll(): Promise<void> {
    try {
      await refresh();
      // What is due may have to wait for another instance; the readings go on meanwhile, and no keys are made twice.
      if (known === undefined || isActing) return;
      isActing = true;
      await acts.tick(known.snapshot).finally(() => {
        isActing = false;
      });
    } catch (error) {
      onError(error);
    }
  }

  return {
    current,
    checkMaySign,
    refresh,
    /** Calls back with every new ring, at once when there is one already. Returns unsubscribe. */
    onChange(listener: (ring: KeyRing) => void): () => void {
      listeners.add(listener);
      if (known !== undefined) listener(known.ring);
      return () => listeners.delete(listener);
    },
    /** Reads the ring for the first time, then keeps up with it and does what falls due, until `stop` is called. */
    async start(): Promise<{ stop: () => void }> {
      await refresh();
      await acts.notePromises();
      const timer = setInterval(() => void poll(), pollEveryMs);
      timer.unref();
      const unsubscribe = changeFeed?.onChange(SIGNING_KEYS_TOPIC, () => void poll());
      return {
        stop() {
          clearInterval(timer);
          unsubscribe?.();
        },
      };
    },
    ...acts,
    promiseCache: createPromiseCache({ perform, windows }),
    status: async () => ringStatus(await readWhole(), windows, workingHours),
    verify: async () => verifyRing(store, await readWhole()),
    /** Every key of every ring, by name alone. */
    async listKeys() {
      const { epoch, rows } = await readWhole();
      return { epoch, keys: rows.map((row) => ({ kid: row.kid, alg: row.alg, state: stateOf(row) })) };
    },
    /** Everything that may be public of this ring: what is in the key set, and what still verifies our own old tokens. */
    async exportPublic() {
      const { epoch, rows } = await readWhole();
      return {
        epoch,
        keys: rows
          .filter(({ alg }) => alg !== COOKIES)
          .map((row) => ({ state: stateOf(row), ...onlyPublic({ ...row.publicJwk, kid: row.kid }) })),
      };
    },
    /** Who has this key and who still trusts it; undefined when there is no such key. */
    async exposure({ kid, readers }: { kid?: string | undefined; readers: readonly KeySetReader[] }) {
      const snapshot = await readWhole();
      // An instance may answer its old key set until it is fenced, and a cache between us and them the same again.
      const slack = fenceAfterMs + LONGEST_MAX_AGE * windows.jwksMaxAge;
      const longest = Math.max(0, ...readers.map(({ cacheMs }) => cacheMs));
      const row =
        kid === undefined
          ? keyToAskAbout(snapshot, slack + longest)
          : snapshot.rows.find((it) => it.kid === kid && it.alg !== COOKIES);
      if (row === undefined) return undefined;
      const [epochs, fetches] = [await store.listEpochs(), await createJwksFetchesStore({ database }).list()];
      return exposureOf({ row, snapshot, epochs, fetches, readers, slack });
    },
    /** How late the schedule is, in milliseconds, as far as this instance knows. For a metric. */
    lateness: () => (known === undefined ? 0 : lateness(known.snapshot, windows, workingHours)),
    /** Does what is due now, if anything is. Any instance may; of many, one does it. */
    async tick(): Promise<boolean> {
      await refresh();
      return known === undefined ? false : acts.tick(known.snapshot);
    },
  };
}

function staleBecause(cause: unknown): RingStale {
  return new RingStale('the ring could not be read', { cause });
}

function checkComplete({ epoch, rows, cookiesSince }: RingSnapshot): void {
  if (epoch === 0 && rows.length === 0) throw new RingNotInitialised();
  if (epoch === 0) throw new RingMissing('the list of epochs is empty');
  if (rows.length === 0) throw new RingMissing('its signing keys are gone from the database');
  const signs = (isOfCookies: boolean) =>
    rows.some((row) => stateOf(row) === 'ACTIVE' && (row.alg === COOKIES) === isOfCookies);
  if (!signs(false)) throw new RingMissing('no key that signs is left in the database');
  if (cookiesSince !== undefined && !signs(true))
    throw new RingMissing('no key that signs cookies is left in the database');
}
