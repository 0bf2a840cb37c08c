import { randomUUID } from 'node:crypto';

export type Message = { id: string; to: string; text: string; at: number };

type ReceivedMessage = { outcome: 'accepted'; id: string } | { outcome: 'refused'; reason: string };

export type Inbox = ReturnType<typeof createInbox>;

const KEPT = 200;
/** Seven joined SMS parts of 70 characters, as Persian text is counted. */
const TEXT_AT_MOST = 490;

/** The last 200 messages, newest first, in memory. */
export function createInbox({ now }: { now: () => number }) {
  let messages: readonly Message[] = [];

  return {
    receive(body: unknown): ReceivedMessage {
      if (typeof body !== 'object' || body === null)
        return { outcome: 'refused', reason: 'the body must be {"to": …, "text": …}' };
      const { to, text } = { to: undefined, text: undefined, ...body } as { to: unknown; text: unknown };
      if (typeof to !== 'string' || !/^\+[1-9]\d{6,14}$/.test(to))
        return { outcome: 'refused', reason: 'to must be a number such as +989121234567' };
      if (typeof text !== 'string' || text === '' || text.length > TEXT_AT_MOST) {
        return { outcome: 'refused', reason: `text must have 1 to ${TEXT_AT_MOST} characters` };
      }
      const message = { id: randomUUID(), to, text, at: now() };
      messages = [message, ...messages].slice(0, KEPT);
      return { outcome: 'accepted', id: message.id };
    },

    list({ to }: { to?: string | undefined } = {}): readonly Message[] {
      return to === undefined ? messages : messages.filter((message) => message.to === to);
    },
  };
}
