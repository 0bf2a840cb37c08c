import type { AuditEvents } from '#audit/events.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { CitizensStore } from '#citizens/citizens-store.ts';
import type { NationalCode } from '#citizens/national-code.ts';
import type { TextMessages } from '#citizens/text-messages.ts';
import type { EnrolmentDraft } from './enrolment-draft.ts';
import type { EnrolmentResult } from './enrolment-rules.ts';

/**
 * Whether this person has an account, asked when the number is proven and again when the account is made. Undefined
 * when they have none. Whoever proved a number in the person's own name is told; whoever came by somebody else's sees
 * what every other check that fails shows. The account's own number is told in both cases.
 */
export type FindAccount = (draft: EnrolmentDraft) => Promise<EnrolmentResult | undefined>;

type Needs = {
  citizens: Pick<CitizensStore, 'findCredentials' | 'findById' | 'countWithPhone'>;
  textMessages: Pick<TextMessages, 'owe'>;
  audit: Pick<AuditEvents, 'enrolmentMetAccount'>;
  /** Where the account's owner gets in again. */
  link: string;
};

/**
 * How many accounts one number may serve for people who do not own it. Without a limit whoever knows strangers' codes
 * and birth dates could enrol them all with one telephone.
 */
const FAMILY = 6;

export function createFindAccount({ citizens, textMessages, audit, link }: Needs): FindAccount {
  return async (draft) => {
    if (draft.person === undefined) throw new Error('an enrolment asks for the account of nobody');
    const isOwnNumber = draft.phone?.belongsTo === 'citizen';
    // Asked of everybody, so that both ends of a shared number take equally long and look alike.
    const sharing = draft.phone === undefined ? 0 : await citizens.countWithPhone(draft.phone.number);
    const account = await accountOf(draft.person.nationalCode);
    if (account === undefined) return isOwnNumber || sharing < FAMILY ? undefined : notPossible(draft);
    const { phone } = account;
    await audit.enrolmentMetAccount({ citizenId: account.id, ownNumber: isOwnNumber });
    return {
      come: 'go',
      draft: { ...draft, at: 'ended', endedBy: isOwnNumber ? 'account-exists' : 'not-possible' },
      ...(phone !== undefined && {
        alongside: (transaction) =>
          textMessages.owe(
            { to: phone, kind: 'account-exists', language: draft.language, values: { link } },
            transaction,
          ),
      }),
    };
  };

  /** A closed account may be enrolled again, and one that never got a password was never finished. */
  async function accountOf(nationalCode: NationalCode): Promise<Citizen | undefined> {
    const credentials = await citizens.findCredentials(nationalCode);
    if (credentials === undefined || credentials.state === 'closed') return undefined;
    if (credentials.state === 'active' && credentials.passwordHash === undefined) return undefined;
    return citizens.findById(credentials.citizenId);
  }
}

function notPossible(draft: EnrolmentDraft): EnrolmentResult {
  return { come: 'go', draft: { ...draft, at: 'ended', endedBy: 'not-possible' } };
}
