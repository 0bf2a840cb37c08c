import type { AuditEvents } from '#audit/events.ts';
import { createTextMessageOutbox } from '#citizens/text-message-outbox-store.ts';
import { systemClock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import { createLogoutOutbox, type LogoutOutbox } from '#relying-parties/logout-outbox-store.ts';
import type { Settings } from '#root/settings.ts';
import { openStores } from './open-stores.ts';

/** What was owed and given up: a sign-out that a relying party was to be told of, a text message to a citizen. */
export const LETTER_KINDS = ['logout', 'text'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** `about` is the relying party, or what the message was to say; never whom it is about. */
export type DeadLetter = { id: string; about: string; deadAt: number; reason: string };

type Outbox = {
  countDead(): Promise<number>;
  /** Newest first, a hundred at the most. */
  listDead(those?: { id?: string; clientId?: string }): Promise<DeadLetter[]>;
  /** On record first. False, and nothing changed, when somebody else was faster. */
  revive(letter: DeadLetter, by: string): Promise<boolean>;
};

export type LettersAtHand = Record<LetterKind, Outbox> & {
  /** Of what was owed in the last week. */
  rates(): ReturnType<LogoutOutbox['listSuccessRates']>;
  close(): Promise<void>;
};

export function openLettersFrom(settings: Settings): Promise<LettersAtHand> {
  return openStores(settings, async ({ database, audit, sealerFor }) => {
    const logouts = createLogoutOutbox({ database, clock: systemClock });
    const texts = createTextMessageOutbox({ database, sealer: await sealerFor('citizens'), clock: systemClock });
    return {
      logout: logoutLetters(logouts, audit),
      text: textLetters(texts, audit),
      rates: () => logouts.listSuccessRates(systemClock.now() - 7 * DAY),
    };
  });
}

type Audit = Pick<AuditEvents, 'letterRevived'>;

function logoutLetters(outbox: LogoutOutbox, audit: Audit): Outbox {
  return {
    countDead: outbox.countDead,
    async listDead(those) {
      const dead = await outbox.listDead(those);
      return dead.map(({ id, clientId, deadAt, lastError }) => ({ id, about: clientId, deadAt, reason: lastError }));
    },
    async revive({ id, about: clientId }, by) {
      await audit.letterRevived({ clientId, kind: 'logout', letterId: id, by });
      return outbox.revive(id);
    },
  };
}

function textLetters(outbox: ReturnType<typeof createTextMessageOutbox>, audit: Audit): Outbox {
  return {
    countDead: outbox.countDead,
    async listDead(those) {
      const dead = await outbox.listDead(those);
      return dead.map(({ id, kind, deadAt, lastError }) => ({ id, about: kind, deadAt, reason: lastError }));
    },
    async revive({ id }, by) {
      await audit.letterRevived({ kind: 'text', letterId: id, by });
      return outbox.revive(id);
    },
  };
}
