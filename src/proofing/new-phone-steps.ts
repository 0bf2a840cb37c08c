import type { CitizensStore } from '#citizens/citizens-store.ts';
import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import type { OneTimeCodes } from '#citizens/one-time-codes.ts';
import type { Clock } from '#platform/clock.ts';
import type { StepFrom } from './journey.ts';
import type { RecoveryDraft, RecoveryJourney } from './recovery-draft.ts';
import { type RecoveryResult, recoveringCitizen, recoveryBindingOf, recoveryRule } from './recovery-rules.ts';
import type { Tries } from './tries.ts';
import type { Verifications } from './verifications.ts';

export type NewPhoneNeeds = {
  citizens: Pick<CitizensStore, 'findById'>;
  verifications: Pick<Verifications, 'ownership'>;
  codes: Pick<OneTimeCodes, 'send' | 'check'>;
  ownershipTries: Tries;
  clock: Clock;
  /** What follows from a number that is the citizen's own and at hand. */
  onProven(journey: RecoveryJourney, proven: { draft: RecoveryDraft; from: StepFrom }): Promise<RecoveryResult>;
};

/** A new number: it must be registered to the citizen. Somebody else's would be a way around them. */
export function createNewPhoneSteps({
  citizens,
  verifications,
  codes,
  ownershipTries,
  clock,
  onProven,
}: NewPhoneNeeds) {
  return {
    phone: recoveryRule('phone', ['phone', 'phone-code'], async (journey, step, from) => {
      const number = readMobileNumber(step.phone);
      if (number === undefined) return { come: 'refuse', reason: 'malformed' };
      const nationalCode = await nationalCodeOf(journey.draft);
      const tried = await ownershipTries.take({ about: nationalCode, device: journey.id, network: from.network });
      if (tried.outcome === 'slow-down')
        return { come: 'refuse', reason: 'slow-down', retryAfterMs: tried.retryAfterMs };
      const answer = await verifications.ownership(journey.id, { nationalCode, phone: number });
      if (answer !== 'owner') return { come: 'refuse', reason: answer };
      await tried.giveBack();
      return sendCode(journey, { number, from });
    }),

    sendAgain: (journey: RecoveryJourney, from: StepFrom) =>
      sendCode(journey, { number: numberOf(journey.draft), from }),

    'phone-code': recoveryRule(
      'phone-code',
      ['phone-code'],
      async (journey, { code }, from) => {
        const { draft } = journey;
        const number = numberOf(draft);
        // It came back right in a try that failed half way, and is used up.
        if (draft.phone?.provenAt !== undefined) return onProven(journey, { draft, from });
        const checked = await codes.check({ ...codeOf(journey, number), code });
        if (checked.outcome !== 'right' || checked.phone !== number) return { come: 'refuse', reason: 'wrong-code' };
        return onProven(journey, { draft: { ...draft, phone: { number, provenAt: clock.now() } }, from });
      },
      { isExclusive: true },
    ),
  };

  async function sendCode(
    journey: RecoveryJourney,
    { number, from }: { number: MobileNumber; from: StepFrom },
  ): Promise<RecoveryResult> {
    const draft: RecoveryDraft = { ...journey.draft, at: 'phone-code', phone: { number } };
    const sent = await codes.send({ ...codeOf(journey, number), phone: number, ...from });
    switch (sent.outcome) {
      case 'sent':
      case 'late':
        return { come: 'go', draft, resendInMs: sent.resendInMs, isLate: sent.outcome === 'late' };
      case 'slow-down':
        return { come: 'refuse', reason: 'slow-down', retryAfterMs: sent.retryAfterMs, draft };
      case 'unavailable':
        return { come: 'refuse', reason: 'unavailable', draft };
    }
  }

  async function nationalCodeOf(draft: RecoveryDraft): Promise<NationalCode> {
    if (draft.kind === 'lost-everything' && draft.person !== undefined) return draft.person.nationalCode;
    const citizen = await citizens.findById(recoveringCitizen(draft));
    if (citizen === undefined) throw new Error('the citizen of a recovery is gone');
    return citizen.nationalCode;
  }
}

function numberOf({ phone }: RecoveryDraft): MobileNumber {
  if (phone === undefined) throw new Error('a recovery got this far without a number');
  return phone.number;
}

/** The number is part of the binding: a code for the number before is worth nothing. */
function codeOf(journey: RecoveryJourney, number: MobileNumber) {
  return { purpose: 'phone' as const, binding: `${recoveryBindingOf(journey)}:${number}` };
}
