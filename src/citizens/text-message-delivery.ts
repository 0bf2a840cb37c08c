import type { Clock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';
import { startLeasedWork } from '#platform/leased-work.ts';
import type { Rounds } from '#platform/rounds.ts';

import type { DeliveryRound, TextMessageOutbox } from './text-message-outbox-store.ts';
import type { HandedOver, TextMessage } from './text-messages.ts';

type Needs = {
  outbox: Pick<TextMessageOutbox, 'deliverDue' | 'prune'>;
  handOver(message: TextMessage): Promise<HandedOver>;
  clock: Clock;
  /** Milliseconds between two looks at the outbox. */
  everyMs: number;
  /** After every round that had something to do. */
  onRound(round: DeliveryRound): void;
  onError(error: unknown): void;
};

/** Few at a time: notices can wait, and the gateway has codes to send. */
const BATCH = 10;
/** Notices of one moment leave together, by one question and one answer to the database; nobody waits for them. */
const GATHER_FOR = SECOND / 4;

export function startTextMessageDelivery({ outbox, handOver, onRound, ...needs }: Needs): Rounds {
  const delivery = startLeasedWork({
    ...needs,
    batch: BATCH,
    async takeDue(batch) {
      const round = await outbox.deliverDue({ handOver, batch });
      const handled = round.sent + round.failed + round.dead.length;
      if (handled > 0) onRound(round);
      return handled;
    },
    prune: outbox.prune,
  });
  let gathering: NodeJS.Timeout | undefined;
  delivery.wake();

  return {
    wake() {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        delivery.wake();
      }, GATHER_FOR).unref();
    },
    stop() {
      clearTimeout(gathering);
      return delivery.stop();
    },
  };
}
