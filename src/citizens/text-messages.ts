import type { Database } from '#platform/database/database.ts';

import type { MobileNumber } from './mobile-number.ts';
import type { SmsBudgets } from './sms-budgets.ts';
import type { TextMessageOutbox } from './text-message-outbox-store.ts';

/** What is said; the words are elsewhere (views/text), chosen by kind and language. */
export type MessageKind =
  | 'sign-in-code'
  | 'phone-code'
  | 'phone-owner-code'
  | 'recovery-code'
  | 'factor-changed'
  | 'new-device'
  | 'recovery-begun'
  | 'enrolment-done'
  | 'account-exists'
  | 'closing-asked'
  | 'closing-stopped'
  | 'account-closed'
  | 'puzzle-way';

export type TextMessage = {
  to: MobileNumber;
  kind: MessageKind;
  language: 'fa' | 'en';
  /** What the words leave open: `code`, `service`, `link` and the like. */
  values: Readonly<Record<string, string>>;
};

type Sent =
  | { outcome: 'sent' }
  | { outcome: 'budget-spent'; retryAfterMs: number }
  /** The gateway was asked and did not say in time whether it took the message: it may arrive. It counts as sent. */
  | { outcome: 'unknown' }
  /** The gateway cannot be reached or does not take the message: it will not arrive. */
  | { outcome: 'unavailable' };

export type TextMessages = {
  /** Now or never: codes. Counts against the budgets (per number, per network, in all). Throws LimitsUnavailable. */
  send(message: TextMessage & { network: string }): Promise<Sent>;
  /**
   * A notice that must arrive: a sealed row in PostgreSQL, retried with backoff by the delivery that every instance
   * runs. Inside a transaction hand that over, so that the notice is owed exactly if the change is made.
   */
  owe(message: TextMessage, transaction?: Database): Promise<void>;
};

/** The SMS gateway as an outside service: POST /messages {to, text}; a 2xx answer means that it was taken. */
export type SmsGateway = {
  call(request: {
    method: 'POST';
    path: '/messages';
    body: { to: string; text: string };
  }): Promise<{ outcome: 'answered'; status: number; body: unknown } | { outcome: 'unavailable'; reason: string }>;
};

type TextMessagesNeeds = {
  gateway: SmsGateway;
  /** The words of a message. */
  write(message: Omit<TextMessage, 'to'>): string;
  budgets: SmsBudgets;
  outbox: Pick<TextMessageOutbox, 'owe'>;
  /** After a message was owed: the delivery need not wait for its next look. */
  wake?: () => void;
};

export function createTextMessages({ gateway, write, budgets, outbox, wake }: TextMessagesNeeds): TextMessages {
  return {
    async send({ network, ...message }) {
      const spending = await budgets.spend({ kind: message.kind, to: message.to, network });
      if (spending.outcome === 'spent') return { outcome: 'budget-spent', retryAfterMs: spending.retryAfterMs };
      const handedOver = await handOver({ gateway, write }, message);
      if (handedOver.outcome === 'taken') return { outcome: 'sent' };
      // Not given back: what may have left costs money and disturbs a person, and a slow gateway is no free one.
      if (handedOver.mayArrive) return { outcome: 'unknown' };
      // An outage costs nobody the codes of the hour after it.
      await spending.giveBack();
      return { outcome: 'unavailable' };
    },
    async owe(message, transaction) {
      await outbox.owe(message, transaction);
      // Inside a transaction the row cannot be seen yet; the next look finds it.
      if (transaction === undefined) wake?.();
    },
  };
}

/**
 * RFC 9110 section 15.5: what was sent cannot be read, is too large or makes no sense, and will not tomorrow. Anything
 * else, a wrong address or token included, is somebody's mistake that can be mended.
 */
const MESSAGE_AT_FAULT = [400, 413, 422];

/**
 * Nobody knows what became of the message: it went out and no answer came, or not to whoever stands before the gateway
 * (RFC 9110 section 15.6.5). A connection that breaks is a gateway that is down, and counts as a refusal.
 */
const NO_ANSWER_IN_TIME = ['timeout', 'status-504'];

export type HandedOver =
  | { outcome: 'taken' }
  | { outcome: 'not-taken'; reason: string; isFinal: boolean; mayArrive: boolean };

/** One try. The reason is a status or the service's own word, never anything of the message. */
export async function handOver(
  { gateway, write }: Pick<TextMessagesNeeds, 'gateway' | 'write'>,
  { to, ...message }: TextMessage,
): Promise<HandedOver> {
  const answer = await gateway.call({ method: 'POST', path: '/messages', body: { to, text: write(message) } });
  if (answer.outcome === 'unavailable') {
    const { reason } = answer;
    return { outcome: 'not-taken', reason, isFinal: false, mayArrive: NO_ANSWER_IN_TIME.includes(reason) };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  const isFinal = MESSAGE_AT_FAULT.includes(status);
  return { outcome: 'not-taken', reason: `status ${status}`, isFinal, mayArrive: false };
}
