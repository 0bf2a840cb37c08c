import type { Database } from '#platform/database/database.ts';
import type { EnrolmentAt, EnrolmentRefusal, EnrolmentStep } from './enrolment.ts';
import type { EnrolmentDraft, EnrolmentJourney } from './enrolment-draft.ts';
import type { JourneyProof, StepFrom } from './journey.ts';

type StepName = EnrolmentStep['step'];
type StepOf<Name extends StepName> = Extract<EnrolmentStep, { step: Name }>;

/** What a step comes to. Only `go`, `wait` and a `refuse` with a draft change anything. */
export type StepResult =
  | {
      come: 'go';
      draft: EnrolmentDraft;
      expiresAt?: number;
      signIn?: { citizenId: string; proofs: readonly JourneyProof[] };
      resendInMs?: number;
      isLate?: boolean;
      /** Written with the draft or not at all. */
      alongside?: (transaction: Database) => Promise<void>;
    }
  | { come: 'wait'; draft: EnrolmentDraft }
  | {
      come: 'refuse';
      reason: EnrolmentRefusal;
      draft?: EnrolmentDraft;
      retryAfterMs?: number;
      triesLeft?: number;
    };

/** One step: where it may be taken, and what it does there. */
type Rule = {
  from: readonly EnrolmentAt[];
  /** Changes a credential: of two tabs at once only one comes to it. */
  isExclusive: boolean;
  take(journey: EnrolmentJourney, step: EnrolmentStep, from: StepFrom): Promise<StepResult>;
};

/** Every step has its rule; a step that is taken elsewhere than its rule says does nothing. */
export type Rules = Readonly<Record<StepName, Rule>>;

export function rule<Name extends StepName>(
  name: Name,
  from: readonly EnrolmentAt[],
  take: (journey: EnrolmentJourney, step: StepOf<Name>, from: StepFrom) => Promise<StepResult>,
  { isExclusive = false } = {},
): Rule {
  return {
    from,
    isExclusive,
    take(journey, step, stepFrom) {
      if (!isStep(step, name)) throw new Error(`the rule of "${name}" was given "${step.step}"`);
      return take(journey, step, stepFrom);
    },
  };
}

function isStep<Name extends StepName>(step: EnrolmentStep, name: Name): step is StepOf<Name> {
  return step.step === name;
}

/** Codes and credentials are bound to the journey, and with it to the one device that can find it. */
export function bindingOf({ id }: Pick<EnrolmentJourney, 'id'>): string {
  return `enrolment:${id}`;
}
