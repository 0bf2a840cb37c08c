import type { KeyObject } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { iranianWorkingHours, type WorkingHours } from './calendar.ts';
import { RingMissing, RingNotInitialised, RingStale } from './errors.ts';
import { onlyPublic } from './jwks.ts';
import { type KeyRing, keyRing, type RingSnapshot } from './key-ring.ts';
import { createRingActs, type SigningKeyEvents } from './ring-acts.ts';
import { lateness } from './schedule.ts';
import { createSigningKeysStore, type TimeOf } from './signing-keys-store.ts';
import { stateOf } from './states.ts';
import { ringStatus } from './status.ts';
import { verifyRing } from './verification.ts';
import { readWindows, type Windows } from './windows.ts';

/** How often an instance looks whether the ring changed; the change feed is usually faster. */
const POLL_EVERY = 5 * SECOND;
/** An instance that has not seen the ring for this long may be signing with a key that was revoked meanwhile. */
const FENCE_AFTER = 60 * SECOND;

export const SIGNING_KEYS_TOPIC = 'signing-keys';

export type SigningKeys = ReturnType<typeof createSigningKeys>;

type Needs = {
  database: Database;
  /** Of the purpose 'signing-keys'. */
  sealer: Sealer;
  clock: Clock;
  changeFeed?: Pick<ChangeFeed, 'announce' | 'onChange'>;
  windows?: Windows;
  workingHours?: WorkingHours;
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
  events = {},
  onError = () => undefined,
  fenceAfterMs = FENCE_AFTER,
  pollEveryMs = POLL_EVERY,
  timeOf,
  isRehearsal = false,
}: Needs) {
  const store = createSigningKeysStore({ database, sealer, ...(timeOf && { timeOf }) });
  const listeners = new Set<(ring: KeyRing) => void>();
  let known: { snapshot: RingSnapshot; ring: KeyRing } | undefined;

  /** Reads the ring if it changed, and tells the listeners. Throws RingNotInitialised, RingMissing, RingBroken. */
  async function refresh(): Promise<KeyRing> {
    // Before the reading begins: a reading that hangs must not look fresh when it ends.
    const readAt = clock.now();
    const seenBefore = known?.ring.epoch ?? 0;
    const { epoch, now } = await store.readEpoch();
    if (epoch < seenBefore)
      throw new RingMissing(`its list of epochs ends at ${epoch}, and this instance has seen ${seenBefore}`);
    // Another reading of this instance, begun later, may have ended before this one.
    if (known !== undefined && epoch < known.ring.epoch) return known.ring;
    if (known === undefined || epoch > known.ring.epoch) return adopt(await store.readRing(), readAt);
    known = { snapshot: { ...known.snapshot, now }, ring: { ...known.ring, readAt } };
    return known.ring;
  }

  async function adopt(snapshot: RingSnapshot, readAt: number): Promise<KeyRing> {
    checkComplete(snapshot);
    const opened = new Map<string, KeyObject>();
    for (const row of snapshot.rows.filter((it) => stateOf(it) === 'ACTIVE')) {
      const privateKey = await store.openPrivateKey(row);
      if (privateKey === undefined) throw new RingMissing(`the private half of ${row.kid}, which signs, is gone`);
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

  const acts = createRingActs({
    store,
    database,
    windows,
    workingHours,
    events,
    refresh,
    isRehearsal,
    announce: async (transaction) => changeFeed?.announce(transaction, { topic: SIGNING_KEYS_TOPIC, key: 'ring' }),
  });

  async function readWhole(): Promise<RingSnapshot> {
    const snapshot = await store.readRing();
    checkComplete(snapshot);
    return snapshot;
  }

  async function poll(): Promise<void> {
    try {
      await refresh();
      if (known !== undefined) await acts.tick(known.snapshot);
    } catch (error) {
      onError(error);
    }
  }

  return {
    current,
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
    status: async () => ringStatus(await readWhole(), windows, workingHours),
    verify: async () => verifyRing(store, await readWhole()),
    /** Everything that may be public of this ring: what is in the key set, and what still verifies our own old tokens. */
    async exportPublic() {
      const { epoch, rows } = await readWhole();
      return {
        epoch,
        keys: rows.map((row) => ({ state: stateOf(row), ...onlyPublic({ ...row.publicJwk, kid: row.kid }) })),
      };
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

function checkComplete({ epoch, rows }: RingSnapshot): void {
  if (epoch === 0 && rows.length === 0) throw new RingNotInitialised();
  if (epoch === 0) throw new RingMissing('the list of epochs is empty');
  if (rows.length === 0) throw new RingMissing('its signing keys are gone from the database');
  if (!rows.some((row) => stateOf(row) === 'ACTIVE'))
    throw new RingMissing('no key that signs is left in the database');
}
