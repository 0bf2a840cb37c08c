import type { Clock } from './clock.ts';
import { HOUR } from './durations.ts';
import { type Rounds, startRounds } from './rounds.ts';

type Needs = {
  /** Takes what is due, at most so much of it, and answers how much that was. */
  takeDue(batch: number): Promise<number>;
  batch: number;
  /** Deletes what is over. */
  prune(): Promise<unknown>;
  clock: Clock;
  /** Milliseconds between two looks. */
  everyMs: number;
  onError(error: unknown): void;
};

const PRUNE_EVERY = 1 * HOUR;

/** Work that waits in the database. Every instance runs one of these; leases keep them off each other's rows. */
export function startLeasedWork({ takeDue, batch, prune, clock, everyMs, onError }: Needs): Rounds {
  let isStopped = false;
  let prunedAt = clock.now();
  const rounds = startRounds({ work, everyMs, onError });

  return {
    wake: rounds.wake,
    stop() {
      isStopped = true;
      return rounds.stop();
    },
  };

  async function work(): Promise<void> {
    let taken = batch;
    while (taken >= batch && !isStopped) taken = await takeDue(batch);
    if (clock.now() - prunedAt < PRUNE_EVERY) return;
    prunedAt = clock.now();
    await prune();
  }
}
