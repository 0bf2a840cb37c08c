import type { Clock } from '#platform/clock.ts';
import { HOUR } from '#platform/durations.ts';

import type { DeliveryRound, TextMessageOutbox } from './text-message-outbox-store.ts';
import type { HandedOver, TextMessage } from './text-messages.ts';

export type TextMessageDelivery = {
  /** Looks at once, for a message that was owed just now. */
  wake(): void;
  /** Takes nothing new and resolves when what was taken is settled. */
  stop(): Promise<void>;
};

export type TextMessageDeliveryNeeds = {
  outbox: Pick<TextMessageOutbox, 'deliverDue' | 'prune'>;
  handOver(message: TextMessage): Promise<HandedOver>;
  clock: Clock;
  /** Milliseconds between two looks at the outbox. */
  everyMs: number;
  batch?: number;
  /** After every round that had something to do. */
  onRound(round: DeliveryRound): void;
  onError(error: unknown): void;
};

/** Few at a time: notices can wait, and the gateway has codes to send. */
const BATCH = 10;
const PRUNE_EVERY = 1 * HOUR;

/** Every instance runs one; the leases keep them off each other's rows. */
export function startTextMessageDelivery(needs: TextMessageDeliveryNeeds): TextMessageDelivery {
  const { outbox, handOver, clock, everyMs, batch = BATCH, onRound, onError } = needs;
  let isStopped = false;
  let isAskedAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let prunedAt = clock.now();

  function wake(): void {
    if (isStopped) return;
    clearTimeout(timer);
    isAskedAgain = running !== undefined;
    running ??= work().finally(rest);
  }

  function rest(): void {
    running = undefined;
    if (isStopped) return;
    if (isAskedAgain) wake();
    else timer = setTimeout(wake, everyMs).unref();
  }

  async function work(): Promise<void> {
    try {
      let handled = batch;
      while (handled >= batch && !isStopped) {
        const round = await outbox.deliverDue({ handOver, batch });
        handled = round.sent + round.failed + round.dead.length;
        if (handled > 0) onRound(round);
      }
      if (clock.now() - prunedAt < PRUNE_EVERY) return;
      prunedAt = clock.now();
      await outbox.prune();
    } catch (error) {
      onError(error);
    }
  }

  wake();
  return {
    wake,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
