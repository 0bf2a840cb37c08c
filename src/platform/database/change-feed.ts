import type { Clock } from '#platform/clock.ts';
import { HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { announceChange, changesSince, forgetChangesOlderThan } from './changes-store.ts';
import type { Database } from './database.ts';

/** How a change made in one instance becomes known to all others: a table that everybody reads once a second. */
export type ChangeFeed = {
  /** Inside the same transaction as the change itself. */
  announce(database: Database, change: { topic: string; key: string }): Promise<void>;
  /**
   * Calls back for every change announced by any instance, at the latest 2 s later. May repeat; order is not promised.
   * The key '*' says that anything may have changed, so drop every cached value of that topic: it comes once after the
   * start, and when the feed reaches the database again after more than 30 s without it. During such an outage cached values
   * are kept, for an instance that dropped them could answer nothing at all; who must not trust them asks `silentForMs`.
   * Returns unsubscribe.
   */
  onChange(topic: string, listener: (key: string) => void): () => void;
  /** Polls at once, and throws when that fails: for tests, and before a decision that must not be stale. */
  poll(): Promise<void>;
  /** Milliseconds since the last poll that succeeded; Infinity before the first. */
  silentForMs(): number;
  close(): void;
};

/** The key that stands for every key. */
export const EVERYTHING = '*';

const TRUST_AFTER_SILENCE_MS = 30 * SECOND;
const KEEP_MS = 1 * HOUR;

export function createChangeFeed({
  database,
  clock,
  pollEveryMs = 1 * SECOND,
  onFailure = () => {},
  onListenerFailure = onFailure,
}: {
  database: Database;
  clock: Clock;
  /** Milliseconds; 0 polls only when asked. */
  pollEveryMs?: number;
  /** Hears of a poll that failed; the next one tries again. */
  onFailure?: (error: unknown) => void;
  onListenerFailure?: (error: unknown) => void;
}): ChangeFeed {
  const listeners = new Map<string, Set<(key: string) => void>>();
  let position: { horizon: bigint; delivered: ReadonlySet<number> } | undefined;
  let succeededAt = Number.NEGATIVE_INFINITY;
  let prunedAt = clock.now();
  let isClosed = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function pollOnce(): Promise<void> {
    const before = position;
    const { horizon, changes } = await changesSince(database, before?.horizon);
    const wasSilent = clock.now() - succeededAt > TRUST_AFTER_SILENCE_MS;
    // A horizon that went backwards means another database stands behind the same address.
    const mayHaveMissed = before === undefined || wasSilent || horizon < before.horizon;
    position = { horizon, delivered: new Set(changes.map((change) => change.id)) };
    succeededAt = clock.now();
    if (mayHaveMissed) {
      for (const topic of listeners.keys()) tell(topic, EVERYTHING);
      return;
    }
    for (const change of changes) {
      if (!before.delivered.has(change.id)) tell(change.topic, change.key);
    }
  }

  function tell(topic: string, key: string): void {
    for (const listener of listeners.get(topic) ?? []) {
      try {
        listener(key);
      } catch (error) {
        onListenerFailure(error);
      }
    }
  }

  /** A poll under way may have looked before the caller's change: the caller gets one that starts from now on. */
  function poll(): Promise<void> {
    if (running === undefined) return start();
    next ??= running.then(start, start);
    return next;
  }

  function start(): Promise<void> {
    next = undefined;
    running = pollOnce().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function pollAndPrune(): Promise<void> {
    try {
      await poll();
      if (clock.now() - prunedAt > MINUTE) {
        prunedAt = clock.now();
        await forgetChangesOlderThan(database, KEEP_MS);
      }
    } catch (error) {
      if (!isClosed) onFailure(error);
    }
    schedule();
  }

  function schedule(): void {
    if (!isClosed && pollEveryMs > 0) timer = setTimeout(pollAndPrune, pollEveryMs).unref();
  }

  schedule();

  return {
    announce: announceChange,
    onChange(topic, listener) {
      const ofTopic = listeners.get(topic) ?? new Set();
      listeners.set(topic, ofTopic.add(listener));
      return () => ofTopic.delete(listener);
    },
    poll,
    silentForMs: () => clock.now() - succeededAt,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
