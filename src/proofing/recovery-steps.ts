import { readNationalCode } from '#citizens/national-code.ts';
import { readBirthDate } from './birth-date.ts';
import { createForgottenPassword, type ForgottenPasswordNeeds } from './forgotten-password-steps.ts';
import type { StepFrom } from './journey.ts';
import { createNewPhoneSteps, type NewPhoneNeeds } from './new-phone-steps.ts';
import type { RecoveryStep } from './recovery.ts';
import type { RecoveryJourney } from './recovery-draft.ts';
import { createRecoveryEnds, type RecoveryEndsNeeds } from './recovery-ends.ts';
import { type RecoveryResult, type RecoveryRules, recoveryRule } from './recovery-rules.ts';
import { createSecondProofSteps, type SecondProofNeeds } from './second-proof-steps.ts';
import type { StepNamed } from './step-rules.ts';
import type { Verifications } from './verifications.ts';

type Needs = ForgottenPasswordNeeds &
  SecondProofNeeds &
  Omit<NewPhoneNeeds, 'onProven'> &
  RecoveryEndsNeeds & { verifications: Verifications };

/** The whole of recovery as a table: which step may be taken where, and what it does. */
export function createRecoveryRules(needs: Needs): RecoveryRules {
  const { verifications, tries, clock } = needs;
  const forgotten = createForgottenPassword(needs);
  const ends = createRecoveryEnds(needs);
  const newPhone = createNewPhoneSteps({ ...needs, onProven: ends.onNumberProven });

  return {
    ...createSecondProofSteps(needs),
    identity: recoveryRule('identity', ['identity'], (journey, step, from) =>
      journey.draft.kind === 'forgotten-password'
        ? forgotten.identify(journey, step, from)
        : matchWithRegistry(journey, step, from),
    ),
    code: recoveryRule('code', ['code'], (journey, { code }) => forgotten.check(journey, code)),
    phone: newPhone.phone,
    'phone-code': newPhone['phone-code'],
    'send-code-again': recoveryRule('send-code-again', ['code', 'phone-code'], (journey, _step, from) =>
      journey.draft.at === 'code' ? forgotten.sendAgain(journey, from) : newPhone.sendAgain(journey, from),
    ),
    password: ends.password,
    cancel: recoveryRule(
      'cancel',
      ['identity', 'code', 'known-password', 'second-proof', 'phone', 'phone-code', 'waiting-period', 'password'],
      async ({ draft }) => ({
        come: 'go',
        // What has begun to change the account is finished: it is no longer as it was.
        draft: draft.isFinishing === true ? draft : { ...draft, at: 'ended', endedBy: 'cancelled' },
      }),
    ),
  };

  /** Who lost everything proves who they are as on the first day, whether there is an account or not. */
  async function matchWithRegistry(
    { id, draft }: RecoveryJourney,
    step: StepNamed<RecoveryStep, 'identity'>,
    from: StepFrom,
  ): Promise<RecoveryResult> {
    const nationalCode = readNationalCode(step.nationalCode);
    const birthDate = readBirthDate(step.birthDate, clock);
    if (nationalCode === undefined || birthDate === undefined) return { come: 'refuse', reason: 'malformed' };
    const tried = await tries.take({ about: nationalCode, device: id, network: from.network });
    if (tried.outcome === 'slow-down') return { come: 'refuse', reason: 'slow-down', retryAfterMs: tried.retryAfterMs };
    const answer = await verifications.identity(id, { nationalCode, birthDate });
    switch (answer.outcome) {
      case 'matched':
        await tried.giveBack();
        return { come: 'go', draft: { ...draft, at: 'phone', person: { nationalCode, birthDate } } };
      case 'deceased':
        return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'deceased' } };
      case 'no-match':
      case 'unavailable':
        return { come: 'refuse', reason: answer.outcome };
    }
  }
}
