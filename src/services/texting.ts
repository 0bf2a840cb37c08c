import { type BudgetAlarm, createSmsBudgets } from '#citizens/sms-budgets.ts';
import { startTextMessageDelivery } from '#citizens/text-message-delivery.ts';
import { createTextMessageOutbox } from '#citizens/text-message-outbox-store.ts';
import { createTextMessages, handOver, type TextMessage } from '#citizens/text-messages.ts';
import { HOUR, SECOND } from '#platform/durations.ts';
import type { RateLimits } from '#platform/rate-limits.ts';
import type { Rounds } from '#platform/rounds.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { messageText } from '#views/text/message-words.ts';
import type { Foundation } from './foundation.ts';

/** SMS: the gateway, the budgets with their alarm, and the outbox with its worker. */
export function createTexting(
  foundation: Foundation,
  { sealer, rateLimits }: { sealer: Sealer; rateLimits: RateLimits },
) {
  const { settings, clock, log, metrics, database, state, stateHash, audit } = foundation;
  const outbound = foundation.openOutbound();
  const gateway = foundation.openOutside({
    name: 'sms-gateway',
    address: settings.outside.smsGateway,
    fetch: outbound,
  });
  const host = new URL(settings.issuer).host;
  const write = (message: Omit<TextMessage, 'to'>) => messageText(message, { host });

  /** Every message beyond a mark is counted; those in charge are told once an hour. */
  async function raiseAlarm({ purse, budget }: BudgetAlarm): Promise<void> {
    metrics.countSmsBudgetAlarm({ purse, budget });
    const key = `sms-alarm:${stateHash(`sms-alarm:${purse}:${budget}`)}`;
    if (!(await state.write(key, { set: { raised: '1' }, expiresInMs: HOUR, when: 'absent' }))) return;
    log.error({ purse, budget }, 'a budget for text messages is spent: see the runbook');
    await audit.smsBudgetSpent({ purse, budget });
  }

  const onError = (error: unknown) => log.error({ err: error }, 'text messages');
  const budgets = createSmsBudgets({
    rateLimits,
    keyedHash: stateHash,
    onAlarm: (alarm) => void raiseAlarm(alarm).catch(onError),
  });
  const outbox = createTextMessageOutbox({ database, sealer, clock });
  metrics.gauge('panjereh_text_messages_dead', 'Text messages that were owed and could not be sent within a day.', () =>
    outbox.countDead().catch(() => Number.NaN),
  );

  let delivery: Rounds | undefined;
  const textMessages = createTextMessages({ gateway, write, budgets, outbox, wake: () => delivery?.wake() });
  delivery = startTextMessageDelivery({
    outbox,
    handOver: (message) => handOver({ gateway, write }, message),
    clock,
    everyMs: 2 * SECOND,
    onRound({ sent, failed, dead }) {
      metrics.countTextMessages('sent', sent);
      metrics.countTextMessages('failed', failed);
      metrics.countTextMessages('dead', dead.length);
      for (const { id, kind, lastError } of dead)
        audit.textMessageUndeliverable({ messageId: id, kind, reason: lastError }).catch(onError);
    },
    onError,
  });

  return {
    textMessages,
    budgets,
    outbox,
    async close() {
      await delivery?.stop();
      await outbound.close();
    },
  };
}
