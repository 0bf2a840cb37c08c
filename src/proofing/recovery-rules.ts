import type { Database } from '#platform/database/database.ts';
import type { StepFrom } from './journey.ts';
import type { RecoveryAt, RecoveryRefusal, RecoveryStep } from './recovery.ts';
import type { RecoveryDraft, RecoveryJourney } from './recovery-draft.ts';

type RecoveryStepName = RecoveryStep['step'];
export type RecoveryStepOf<Name extends RecoveryStepName> = Extract<RecoveryStep, { step: Name }>;

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

type RecoveryRule = {
  from: readonly RecoveryAt[];
  /** Changes a credential: of two tabs at once only one comes to it. */
  isExclusive: boolean;
  take(journey: RecoveryJourney, step: RecoveryStep, from: StepFrom): Promise<RecoveryResult>;
};

export type RecoveryRules = Readonly<Record<RecoveryStepName, RecoveryRule>>;

export function recoveryRule<Name extends RecoveryStepName>(
  name: Name,
  from: readonly RecoveryAt[],
  take: (journey: RecoveryJourney, step: RecoveryStepOf<Name>, from: StepFrom) => Promise<RecoveryResult>,
  { isExclusive = false } = {},
): RecoveryRule {
  return {
    from,
    isExclusive,
    take(journey, step, stepFrom) {
      if (!isStep(step, name)) throw new Error(`the rule of "${name}" was given "${step.step}"`);
      return take(journey, step, stepFrom);
    },
  };
}

function isStep<Name extends RecoveryStepName>(step: RecoveryStep, name: Name): step is RecoveryStepOf<Name> {
  return step.step === name;
}

export function recoveryBindingOf({ id }: Pick<RecoveryJourney, 'id'>): string {
  return `recovery:${id}`;
}

export function recoveringCitizen({ citizenId }: RecoveryDraft): string {
  if (citizenId === undefined) throw new Error('a recovery got this far without a citizen');
  return citizenId;
}
