import { createCredentialSteps } from './credential-steps.ts';
import { type EnrolmentRules, enrolmentRule } from './enrolment-rules.ts';
import { createIdentityStep } from './identity-step.ts';
import { createPasswordStep, type PasswordStepNeeds } from './password-step.ts';
import { createPhoneSteps, type PhoneStepsNeeds } from './phone-steps.ts';
import type { Tries } from './tries.ts';
import type { Verifications } from './verifications.ts';

type Needs = Omit<PhoneStepsNeeds, 'tries'> &
  PasswordStepNeeds &
  Parameters<typeof createCredentialSteps>[0] & {
    verifications: Verifications;
    identityTries: Tries;
    ownershipTries: Tries;
  };

/** The whole enrolment as a table: which step may be taken where, and what it does. */
export function createEnrolmentRules({ identityTries, ownershipTries, ...needs }: Needs): EnrolmentRules {
  return {
    identity: createIdentityStep({ ...needs, tries: identityTries }),
    ...createPhoneSteps({ ...needs, tries: ownershipTries }),
    password: createPasswordStep(needs),
    ...createCredentialSteps(needs),
    cancel: enrolmentRule(
      'cancel',
      ['identity', 'phone', 'phone-owner', 'phone-code', 'password', 'waiting'],
      async ({ draft: { waitingFor: _, ...draft } }) => ({
        come: 'go',
        draft: { ...draft, at: 'ended', endedBy: 'cancelled' },
      }),
    ),
  };
}
