import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY, MINUTE } from '#platform/durations.ts';
import type { AccountClosingsStore } from './account-closings-store.ts';
import type { Citizen } from './citizen.ts';
import type { CredentialProofs } from './credential-proofs.ts';
import type { TextMessages } from './text-messages.ts';

/** The end of an account at its owner's wish: asked for, waited for, stopped or carried out. */
export type AccountClosings = {
  /** `proof` is of the purpose `close-account`. */
  ask(of: { citizenId: string; proof: string; binding: string }): Promise<'asked' | 'asked-before' | 'no-proof'>;
  /** Whoever is signed in may keep the account; false when there is nothing to stop any more. */
  stop(citizenId: string): Promise<boolean>;
  /** Carries out what is due, on whichever instance looks first; answers how many. `close` may be run twice for one account. */
  closeDue(close: (citizenId: string) => Promise<void>): Promise<number>;
};

/**
 * Long enough for somebody on a journey or in hospital to read the message and stop what a thief began, and half of the
 * month in which a wish to be forgotten is answered elsewhere (GDPR article 12(3)).
 */
export const CLOSING_WAITS = 14 * DAY;

/** Telling services and ending sessions takes a second; a lost instance's work is taken up after this. */
const LEASE = 2 * MINUTE;
const BATCH = 20;

type AccountClosingsNeeds = {
  store: AccountClosingsStore;
  findCitizen(id: string): Promise<Pick<Citizen, 'phone' | 'language'> | undefined>;
  proofs: Pick<CredentialProofs, 'consume'>;
  textMessages: Pick<TextMessages, 'owe'>;
  audit: Pick<AuditEvents, 'accountClosingAsked' | 'accountClosingStopped'>;
  clock: Clock;
  /** Where it can be stopped. */
  link: string;
  onError(error: unknown): void;
};

export function createAccountClosings(needs: AccountClosingsNeeds): AccountClosings {
  const { store, findCitizen, proofs, textMessages, audit, clock, link, onError } = needs;

  /** The number is read before the change, because the embedded database would wait for itself inside it. */
  async function notice(citizenId: string, kind: 'closing-asked' | 'closing-stopped') {
    const { phone, language = 'fa' } = (await findCitizen(citizenId)) ?? {};
    const values: Record<string, string> = kind === 'closing-asked' ? { days: String(CLOSING_WAITS / DAY), link } : {};
    return async (transaction: Parameters<TextMessages['owe']>[1]) => {
      if (phone !== undefined) await textMessages.owe({ to: phone, kind, language, values }, transaction);
    };
  }

  return {
    async ask({ citizenId, proof, binding }) {
      if (!(await proofs.consume({ citizenId, purpose: 'close-account', binding, proof }))) return 'no-proof';
      const closesAt = clock.now() + CLOSING_WAITS;
      const isAsked = await store.ask(citizenId, { closesAt, alongside: await notice(citizenId, 'closing-asked') });
      if (!isAsked) return 'asked-before';
      await audit.accountClosingAsked({ citizenId });
      return 'asked';
    },

    async stop(citizenId) {
      const alongside = await notice(citizenId, 'closing-stopped');
      if (!(await store.stop(citizenId, { now: clock.now(), alongside }))) return false;
      await audit.accountClosingStopped({ citizenId });
      return true;
    },

    async closeDue(close) {
      const due = await store.takeDue({ now: clock.now(), leaseMs: LEASE, batch: BATCH });
      for (const citizenId of due) {
        try {
          await close(citizenId);
          await store.settle(citizenId);
        } catch (error) {
          // The others are not held up; this one is due again when its lease ends.
          onError(error);
        }
      }
      return due.length;
    },
  };
}
