import type { Clock } from '#platform/clock.ts';
import { startLeasedWork } from '#platform/leased-work.ts';
import type { Rounds } from '#platform/rounds.ts';
import type { DeliverLogout, LogoutOutbox, Round } from './logout-outbox-store.ts';

type Needs = {
  outbox: Pick<LogoutOutbox, 'deliverDue' | 'prune'>;
  deliver: DeliverLogout;
  clock: Clock;
  /** Milliseconds between two looks at the outbox. */
  everyMs: number;
  /** After every round that had something to do. */
  onRound?(round: Round): void;
  onError(error: unknown): void;
};

const BATCH = 50;

export function startLogoutDelivery({ outbox, deliver, onRound, ...needs }: Needs): Rounds {
  const delivery = startLeasedWork({
    ...needs,
    batch: BATCH,
    async takeDue(batch) {
      const round = await outbox.deliverDue({ deliver, batch });
      const handled = round.delivered + round.failed + round.dead.length;
      if (handled > 0) onRound?.(round);
      return handled;
    },
    prune: outbox.prune,
  });
  delivery.wake();
  return delivery;
}
