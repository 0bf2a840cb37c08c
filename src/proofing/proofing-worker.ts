import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import type { WaitingEnrolments, WaitingRound } from './waiting-enrolments.ts';

type Needs = {
  waiting: Pick<WaitingEnrolments, 'askDue'>;
  /** Deletes what nobody can come back to. */
  prune(): Promise<unknown>;
  clock: Clock;
  /** Milliseconds between two looks. */
  everyMs: number;
  batch?: number;
  onRound?: (round: WaitingRound) => void;
  onError?: (error: unknown) => void;
};

type ProofingWorker = {
  /** Takes nothing new and resolves when what was taken is settled. */
  stop(): Promise<void>;
};

/** After an outage the service is asked by every instance at once: few at a time, so that it stays up. */
const BATCH = 10;
const PRUNE_EVERY = 1 * HOUR;

/** Every instance runs one; the leases keep them off each other's rows. */
export function startProofingWorker(needs: Needs): ProofingWorker {
  const { waiting, prune, clock, everyMs, batch = BATCH, onRound, onError } = needs;
  let isStopped = false;
  let prunedAt = clock.now();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const schedule = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = work().finally(schedule);
    }, everyMs);
    timer.unref();
  };
  schedule();

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };

  async function work(): Promise<void> {
    try {
      let handled = batch;
      while (handled >= batch && !isStopped) {
        const round = await waiting.askDue(batch);
        handled = round.answered + round.unanswered;
        if (handled > 0) onRound?.(round);
      }
      if (clock.now() - prunedAt < PRUNE_EVERY) return;
      prunedAt = clock.now();
      await prune();
    } catch (error) {
      onError?.(error);
    }
  }
}
