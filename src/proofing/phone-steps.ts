import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import type { OneTimeCodes } from '#citizens/one-time-codes.ts';
import type { Clock } from '#platform/clock.ts';
import type { EnrolmentDraft, EnrolmentJourney, PhoneOfDraft } from './enrolment-draft.ts';
import { type EnrolmentResult, enrolmentBindingOf, enrolmentRule } from './enrolment-rules.ts';
import type { FindAccount } from './existing-account.ts';
import type { StepFrom } from './journey.ts';
import type { Tries } from './tries.ts';
import type { Verifications } from './verifications.ts';

export type PhoneStepsNeeds = {
  verifications: Pick<Verifications, 'ownership'>;
  codes: Pick<OneTimeCodes, 'send' | 'check'>;
  tries: Tries;
  findAccount: FindAccount;
  clock: Clock;
};

/** The mobile number, whose it is, and the code that shows it is at hand. */
export function createPhoneSteps({ verifications, codes, tries, findAccount, clock }: PhoneStepsNeeds) {
  return {
    phone: enrolmentRule('phone', ['phone', 'phone-owner', 'phone-code', 'waiting'], async (journey, step, from) => {
      const number = readMobileNumber(step.phone);
      if (number === undefined) return { come: 'refuse', reason: 'malformed' };
      const phone: PhoneOfDraft = { number, belongsTo: 'unchecked', isCodeSent: false };
      const draft = { ...withoutRefusal(journey.draft), phone };
      // The registry is asked first: until it has answered, the number is only noted.
      if (draft.at === 'waiting') return { come: 'wait', draft };
      return ownership(journey, { draft, phone, from });
    }),

    'phone-owner': enrolmentRule('phone-owner', ['phone-owner'], async (journey, step, from) => {
      const ownerNationalCode = readNationalCode(step.ownerNationalCode);
      if (ownerNationalCode === undefined) return { come: 'refuse', reason: 'malformed' };
      const { draft } = journey;
      if (ownerNationalCode === draft.person?.nationalCode) return { come: 'refuse', reason: 'your-own-code' };
      const phone = phoneOf(draft);
      return ownership(journey, { draft: withoutRefusal(draft), phone: { ...phone, ownerNationalCode }, from });
    }),

    'send-code-again': enrolmentRule('send-code-again', ['phone-code'], (journey, _step, from) =>
      sendCode(journey, { draft: journey.draft, phone: phoneOf(journey.draft), from }),
    ),

    'phone-code': enrolmentRule('phone-code', ['phone-code'], async (journey, step) => {
      const { draft } = journey;
      const phone = phoneOf(draft);
      const checked = await codes.check({ ...codeOf(journey, phone), code: step.code });
      if (checked.outcome === 'wrong') return { come: 'refuse', reason: 'wrong-code', triesLeft: checked.triesLeft };
      if (checked.outcome === 'expired' || checked.phone !== phone.number)
        return { come: 'refuse', reason: 'code-expired' };
      const proven: EnrolmentDraft = { ...draft, at: 'password', phone: { ...phone, provenAt: clock.now() } };
      return (await findAccount(proven)) ?? { come: 'go', draft: proven };
    }),
  };

  async function ownership(
    journey: EnrolmentJourney,
    { draft, phone, from }: { draft: EnrolmentDraft; phone: PhoneOfDraft; from: StepFrom },
  ): Promise<EnrolmentResult> {
    const nationalCode = phone.ownerNationalCode ?? personOf(draft).nationalCode;
    const tried = await tries.take({ about: nationalCode, device: journey.id, network: from.network });
    if (tried.outcome === 'slow-down') return { come: 'refuse', reason: 'slow-down', retryAfterMs: tried.retryAfterMs };
    const answer = await verifications.ownership(journey.id, { nationalCode, phone: phone.number });
    if (answer === 'unavailable')
      return { come: 'wait', draft: { ...draft, at: 'waiting', waitingFor: 'mobile-ownership', phone } };
    const next = afterOwnership(draft, { phone, answer });
    if (next.refusedMeanwhile !== undefined) return { come: 'refuse', reason: 'owner-no-match' };
    if (next.at !== 'phone-code') return { come: 'go', draft: next };
    await tried.giveBack();
    return sendCode(journey, { draft: next, phone: phoneOf(next), from });
  }

  /** A message that cannot be sent now leaves the citizen where the code is asked for, with a way to ask again. */
  async function sendCode(
    journey: EnrolmentJourney,
    { draft, phone, from }: { draft: EnrolmentDraft; phone: PhoneOfDraft; from: StepFrom },
  ): Promise<EnrolmentResult> {
    const sent = await codes.send({ ...codeOf(journey, phone), phone: phone.number, ...from });
    const withCode = (isCodeSent: boolean): EnrolmentDraft => ({
      ...draft,
      at: 'phone-code',
      phone: { ...phone, isCodeSent },
    });
    switch (sent.outcome) {
      case 'sent':
      case 'late':
        return { come: 'go', draft: withCode(true), resendInMs: sent.resendInMs, isLate: sent.outcome === 'late' };
      case 'slow-down':
        return {
          come: 'refuse',
          reason: 'slow-down',
          retryAfterMs: sent.retryAfterMs,
          draft: withCode(phone.isCodeSent),
        };
      case 'unavailable':
        return { come: 'refuse', reason: 'unavailable', draft: withCode(false) };
    }
  }
}

/** Where the ownership service's answer leads, for a citizen who is here and for one who waited. */
export function afterOwnership(
  draft: EnrolmentDraft,
  { phone, answer }: { phone: PhoneOfDraft; answer: 'owner' | 'somebody-else' },
): EnrolmentDraft {
  const { waitingFor: _, ...rest } = draft;
  const { ownerNationalCode, ...number } = phone;
  if (answer === 'owner') {
    const belongsTo = ownerNationalCode === undefined ? 'citizen' : 'consenting-owner';
    return { ...rest, at: 'phone-code', phone: { ...number, belongsTo, isCodeSent: false } };
  }
  const refused = ownerNationalCode === undefined ? {} : { refusedMeanwhile: 'owner-no-match' as const };
  return {
    ...rest,
    at: 'phone-owner',
    phone: { ...number, belongsTo: 'somebody-else', isCodeSent: false },
    ...refused,
  };
}

export function personOf({ person }: EnrolmentDraft) {
  if (person === undefined) throw new Error('an enrolment got this far without a person');
  return person;
}

export function phoneOf({ phone }: EnrolmentDraft): PhoneOfDraft {
  if (phone === undefined) throw new Error('an enrolment got this far without a number');
  return phone;
}

/** The number is part of the binding: after a change of mind the code for the number before is worth nothing. */
function codeOf(journey: EnrolmentJourney, { number, belongsTo }: { number: MobileNumber; belongsTo: string }) {
  const purpose = belongsTo === 'citizen' ? ('phone' as const) : ('phone-owner' as const);
  return { purpose, binding: `${enrolmentBindingOf(journey)}:${number}` };
}

function withoutRefusal({ refusedMeanwhile: _, ...draft }: EnrolmentDraft): EnrolmentDraft {
  return draft;
}
