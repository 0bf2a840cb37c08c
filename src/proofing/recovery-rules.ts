import type { Database } from '#platform/database/database.ts';
import type { RecoveryAt, RecoveryRefusal, RecoveryStep } from './recovery.ts';
import type { RecoveryDraft, RecoveryJourney } from './recovery-draft.ts';
import { rulesFor, type StepRules } from './step-rules.ts';

/** What a step comes to. Only `go` changes anything, and a `refuse` with a draft. */
export type RecoveryResult =
  | {
      come: 'go';
      draft: RecoveryDraft;
      /** As the step itself saved the journey meanwhile. */
      journey?: RecoveryJourney;
      expiresAt?: number;
      stopCode?: string;
      resendInMs?: number;
      isLate?: boolean;
      /** Written with the draft or not at all. */
      alongside?: (transaction: Database) => Promise<void>;
      /** Begun once the draft is saved, and not waited for: its time would tell who exists. */
      unseen?: (saved: RecoveryJourney) => Promise<void>;
    }
  | { come: 'refuse'; reason: RecoveryRefusal; draft?: RecoveryDraft; retryAfterMs?: number };

/** Somebody else, another tab or a stop, was faster than a step that was about to change the account. */
export class Overtaken extends Error {}

type Recovering = { at: RecoveryAt; step: RecoveryStep; journey: RecoveryJourney; result: RecoveryResult };
export type RecoveryRules = StepRules<Recovering>;
export const recoveryRule = rulesFor<Recovering>();

export function recoveryBindingOf({ id }: Pick<RecoveryJourney, 'id'>): string {
  return `recovery:${id}`;
}

export function recoveringCitizen({ citizenId }: RecoveryDraft): string {
  if (citizenId === undefined) throw new Error('a recovery got this far without a citizen');
  return citizenId;
}
