import type { Clock } from '#platform/clock.ts';
import { startLeasedWork } from '#platform/leased-work.ts';
import type { Rounds } from '#platform/rounds.ts';
import type { WaitingEnrolments, WaitingRound } from './waiting-enrolments.ts';

type Needs = {
  waiting: Pick<WaitingEnrolments, 'askDue'>;
  /** Deletes what nobody can come back to. */
  prune(): Promise<unknown>;
  clock: Clock;
  /** Milliseconds between two looks. */
  everyMs: number;
  /** After every round that had something to do. */
  onRound(round: WaitingRound): void;
  onError(error: unknown): void;
};

/** After an outage the service is asked by every instance at once: few at a time, so that it stays up. */
const BATCH = 10;

export function startProofingWorker({ waiting, onRound, ...needs }: Needs): Rounds {
  return startLeasedWork({
    ...needs,
    batch: BATCH,
    async takeDue(batch) {
      const round = await waiting.askDue(batch);
      const handled = round.answered + round.unanswered;
      if (handled > 0) onRound(round);
      return handled;
    },
  });
}
