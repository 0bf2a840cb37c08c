import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';
import type { DeliverLogout, LogoutOutbox, Round } from './logout-outbox-store.ts';

type Needs = {
  outbox: Pick<LogoutOutbox, 'deliverDue' | 'prune'>;
  deliver: DeliverLogout;
  clock: Clock;
  /** Milliseconds between two looks at the outbox. */
  everyMs: number;
  batch?: number;
  /** After every round that had something to do. */
  onRound?: (round: Round) => void;
  onError?: (error: unknown) => void;
};

export type LogoutDelivery = {
  /** Looks at once, for a logout that was owed just now. */
  wake(): void;
  /** Takes nothing new and resolves when what was taken is settled. */
  stop(): Promise<void>;
};

const BATCH = 50;
const PRUNE_EVERY = 1 * HOUR;

/** Every instance runs one; the leases keep them off each other's rows. */
export function startLogoutDelivery({
  outbox,
  deliver,
  clock,
  everyMs,
  batch = BATCH,
  onRound,
  onError,
}: Needs): LogoutDelivery {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let prunedAt = clock.now();

  const wake = () => {
    if (stopped) return;
    clearTimeout(timer);
    if (running !== undefined) {
      isAskedAgain = true;
      return;
    }
    running = work().finally(() => {
      running = undefined;
      if (stopped) return;
      if (isAskedAgain) {
        isAskedAgain = false;
        wake();
        return;
      }
      timer = setTimeout(wake, everyMs);
      timer.unref();
    });
  };
  wake();

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };

  async function work(): Promise<void> {
    try {
      let handled = batch;
      while (handled >= batch && !stopped) {
        const round = await outbox.deliverDue({ deliver, batch });
        handled = round.delivered + round.failed + round.dead.length;
        if (handled > 0) onRound?.(round);
      }
      if (clock.now() - prunedAt >= PRUNE_EVERY) {
        prunedAt = clock.now();
        await outbox.prune();
      }
    } catch (error) {
      onError?.(error);
    }
  }
}
