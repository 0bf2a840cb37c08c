import type { Clock } from '#platform/clock.ts';
import { HOUR, SECOND } from '#platform/durations.ts';
import type { Failure, FailureReason } from './failure-reasons.ts';
import { FAILURES_OF_A_REASON, type HealthStore, KEPT_FOR } from './health-store.ts';

/** Hears what the protocol answers relying parties. Nothing here waits: a sign-in must not wait for PostgreSQL. */
export type HealthGatherer = {
  noteSignIn(clientId: string): void;
  noteToken(clientId: string): void;
  noteFailure(failure: Omit<Failure, 'at'>): void;
  /** Resolves when nothing waits any more. */
  flush(): Promise<void>;
  stop(): Promise<void>;
};

type Needs = {
  store: Pick<HealthStore, 'save' | 'prune'>;
  clock: Clock;
  onError(error: unknown): void;
  everyMs?: number;
};

/** A page of health is looked at by people; a few seconds are no delay to them, and one write holds thousands of sign-ins. */
const WRITE_EVERY = 5 * SECOND;
const PRUNE_EVERY = 1 * HOUR;
/** Of relying parties and reasons between two writes. There are some thousand relying parties; unknown ones never come here. */
const MOST_WAITING = 20_000;

type Use = { clientId: string; signedInAt?: number; tokenAt?: number };
type Count = { clientId: string; reason: FailureReason; count: number; lastAt: number };

export function createHealthGatherer({ store, clock, onError, everyMs = WRITE_EVERY }: Needs): HealthGatherer {
  let uses = new Map<string, Use>();
  let errors = new Map<string, Count>();
  let failures = new Map<string, Failure[]>();
  let writing = Promise.resolve();
  let prunedAt = Number.NEGATIVE_INFINITY;
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();

  return {
    noteSignIn: (clientId) => use(clientId, 'signedInAt'),
    noteToken: (clientId) => use(clientId, 'tokenAt'),
    noteFailure(failure) {
      const { clientId, reason } = failure;
      const key = `${clientId} ${reason}`;
      const at = clock.now();
      const known = errors.get(key);
      if (known === undefined && errors.size >= MOST_WAITING) return;
      errors.set(key, { clientId, reason, count: (known?.count ?? 0) + 1, lastAt: at });
      const waiting = failures.get(key) ?? [];
      waiting.push({ ...failure, at });
      if (waiting.length > FAILURES_OF_A_REASON) waiting.shift();
      failures.set(key, waiting);
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };

  function use(clientId: string, what: 'signedInAt' | 'tokenAt'): void {
    const known = uses.get(clientId);
    if (known === undefined && uses.size >= MOST_WAITING) return;
    uses.set(clientId, { ...known, clientId, [what]: clock.now() });
  }

  /** What cannot be written is lost and said so: counts of failures are no reason to fill the memory. */
  function flush(): Promise<void> {
    writing = writing.then(write).catch(onError);
    return writing;
  }

  async function write(): Promise<void> {
    const gathered = {
      uses: [...uses.values()],
      errors: [...errors.values()],
      failures: [...failures.values()].flat(),
    };
    uses = new Map();
    errors = new Map();
    failures = new Map();
    await store.save(gathered);
    if (clock.now() - prunedAt < PRUNE_EVERY) return;
    prunedAt = clock.now();
    await store.prune(prunedAt - KEPT_FOR);
  }
}
