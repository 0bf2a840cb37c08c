import type { Database } from '#platform/database/database.ts';
import type { EnrolmentAt, EnrolmentRefusal, EnrolmentStep } from './enrolment.ts';
import type { EnrolmentDraft, EnrolmentJourney } from './enrolment-draft.ts';
import type { JourneyProof } from './journey.ts';
import { rulesFor, type StepRules } from './step-rules.ts';

/** What a step comes to. Only `go`, `wait` and a `refuse` with a draft change anything. */
export type EnrolmentResult =
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

type Enrolling = { at: EnrolmentAt; step: EnrolmentStep; journey: EnrolmentJourney; result: EnrolmentResult };
export type EnrolmentRules = StepRules<Enrolling>;
export const enrolmentRule = rulesFor<Enrolling>();

/** Codes and credentials are bound to the journey, and with it to the one device that can find it. */
export function enrolmentBindingOf({ id }: Pick<EnrolmentJourney, 'id'>): string {
  return `enrolment:${id}`;
}
