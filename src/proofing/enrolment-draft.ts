import { z } from 'zod';
import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import { type NationalCode, readNationalCode } from '#citizens/national-code.ts';
import type { EnrolmentView } from './enrolment.ts';
import { maskPhone } from './journey.ts';
import type { Journey } from './journeys-store.ts';

export const nationalCodeShape = z
  .string()
  .transform((text) => readNationalCode(text))
  .refine((code): code is NationalCode => code !== undefined);
export const mobileNumberShape = z
  .string()
  .transform((text) => readMobileNumber(text))
  .refine((number): number is MobileNumber => number !== undefined);
const registeredNameShape = z.object({
  givenName: z.string(),
  familyName: z.string(),
  givenNameLatin: z.string().exactOptional(),
  familyNameLatin: z.string().exactOptional(),
});

/** What an enrolment knows so far. It is the machine's alone: nothing a browser sends gets into it unread. */
export const enrolmentDraftShape = z.object({
  at: z.enum([
    'identity',
    'phone',
    'phone-owner',
    'phone-code',
    'password',
    'passkey',
    'recovery-codes',
    'waiting',
    'done',
    'ended',
  ]),
  /** Of messages that are sent while nobody is here. */
  language: z.enum(['fa', 'en']),
  resume: z.object({ interactionUid: z.string() }).exactOptional(),
  person: z
    .object({
      nationalCode: nationalCodeShape,
      birthDate: z.string(),
      /** Present once the registry matched. */
      registered: registeredNameShape.exactOptional(),
    })
    .exactOptional(),
  phone: z
    .object({
      number: mobileNumberShape,
      /** What the ownership service said. consenting-owner: somebody else's, whose national code was given. */
      belongsTo: z.enum(['unchecked', 'citizen', 'somebody-else', 'consenting-owner']),
      /** While the check of the owner waits. */
      ownerNationalCode: nationalCodeShape.exactOptional(),
      isCodeSent: z.boolean(),
      /** When the code came back right. */
      provenAt: z.number().exactOptional(),
    })
    .exactOptional(),
  waitingFor: z.enum(['civil-registry', 'mobile-ownership']).exactOptional(),
  refusedMeanwhile: z.enum(['no-match', 'owner-no-match']).exactOptional(),
  endedBy: z.enum(['deceased', 'account-exists', 'not-possible', 'cancelled']).exactOptional(),
  citizenId: z.string().exactOptional(),
  passwordSetAt: z.number().exactOptional(),
  /** How the account stood when it was made: what changes it by another way ends this one. */
  accountMark: z.string().exactOptional(),
});

export type EnrolmentDraft = z.output<typeof enrolmentDraftShape>;
export type EnrolmentJourney = Journey<EnrolmentDraft>;
export type PhoneOfDraft = NonNullable<EnrolmentDraft['phone']>;

const AFTER_THE_PROOFS = ['password', 'passkey', 'recovery-codes', 'done'];
const WITH_A_CITIZEN = ['passkey', 'recovery-codes', 'done'];

/** What the device may see of it. */
export function viewOf({ draft, expiresAt }: Pick<EnrolmentJourney, 'draft' | 'expiresAt'>): EnrolmentView {
  const { at, person, phone, resume, waitingFor, refusedMeanwhile, endedBy, citizenId } = draft;
  const isCodeAsked = at === 'phone-code' && phone !== undefined;
  return {
    at,
    expiresAt,
    ...(AFTER_THE_PROOFS.includes(at) && person?.registered !== undefined && { name: person.registered }),
    ...(phone !== undefined && { maskedPhone: maskPhone(phone.number) }),
    ...(isCodeAsked && {
      codeIsWith: phone.belongsTo === 'citizen' ? ('citizen' as const) : ('owner' as const),
      isCodeSent: phone.isCodeSent,
    }),
    ...(waitingFor !== undefined && { waitingFor }),
    ...(refusedMeanwhile !== undefined && { refusedMeanwhile }),
    ...(endedBy !== undefined && { endedBy }),
    ...(WITH_A_CITIZEN.includes(at) && citizenId !== undefined && { citizenId, identityLevel: identityLevelOf(phone) }),
    ...(resume !== undefined && { resume }),
  };
}

/** What the proofs so far are worth. A number of somebody else proves nothing about the citizen. */
export function identityLevelOf(phone: PhoneOfDraft | undefined) {
  const isOwn = phone?.belongsTo === 'citizen' && phone.provenAt !== undefined;
  return isOwn ? 'registry-and-phone-matched' : 'registry-matched';
}
