import type { AuditEvents } from '#audit/events.ts';
import type { SavedCitizen } from '#citizens/citizen.ts';
import { type CitizensStore, NationalCodeTaken } from '#citizens/citizens-store.ts';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import { checkNewPassword } from '#citizens/password-rules.ts';
import type { SetPassword } from '#citizens/set-password.ts';
import type { Clock } from '#platform/clock.ts';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { AccountMark } from './account-mark.ts';
import { type EnrolmentDraft, identityLevelOf } from './enrolment-draft.ts';
import { type EnrolmentResult, enrolmentBindingOf, enrolmentRule } from './enrolment-rules.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { FindAccount } from './existing-account.ts';
import type { ForgetFactors } from './forget-factors.ts';
import type { PersonClaims } from './person-claims-store.ts';
import { personOf, phoneOf } from './phone-steps.ts';

export type PasswordStepNeeds = {
  citizens: Pick<CitizensStore, 'findById' | 'findCredentials' | 'save' | 'setState' | 'setLanguage'>;
  accountMark: AccountMark;
  claims: Pick<PersonClaims, 'claim'>;
  findAccount: FindAccount;
  proofs: Pick<CredentialProofs, 'issue'>;
  setPassword: SetPassword;
  forgetFactors: ForgetFactors;
  evidence: Pick<EvidenceStore, 'attach'>;
  audit: Pick<AuditEvents, 'citizenEnrolled'>;
  clock: Clock;
};

/** From here on credentials can be added by whoever has this device, so the way is short: time to find a printer. */
const WITH_CREDENTIALS = 30 * MINUTE;
/** The step takes well under a second; whoever meets it under way in another tab asks again after that. */
const OTHER_TAB = 5 * SECOND;

/** The proofs are complete: the citizen comes into being, with a password. */
export function createPasswordStep(needs: PasswordStepNeeds) {
  const { citizens, claims, findAccount, proofs, setPassword, forgetFactors, evidence, accountMark, audit, clock } =
    needs;

  return enrolmentRule(
    'password',
    ['password'],
    async (journey, { password }) => {
      const { id: journeyId, draft } = journey;
      const citizen = provenCitizen(draft);
      const refusal = checkNewPassword({ password, about: citizen });
      if (refusal !== undefined) return { come: 'refuse', reason: refusal };

      const claimed = await claims.claim({ nationalCode: citizen.nationalCode, journeyId });
      if (claimed === 'taken') return busy;
      // What this journey made before a restart is no other account: it goes on with it.
      const account = claimed === 'ours' ? undefined : await findAccount(draft);
      if (account !== undefined) return account;

      // Of an account that was closed and erased the id alone is left, and is enough.
      const existing = await citizens.findCredentials(citizen.nationalCode);
      const citizenId = existing?.citizenId ?? rowId();
      // Who once had the account may still hold its passkeys and codes; they must not come back with it.
      if (existing?.state === 'closed') await forgetFactors(citizenId);
      if (!(await saved({ ...citizen, id: citizenId, state: 'active' }))) return busy;

      const binding = enrolmentBindingOf(journey);
      const proof = await proofs.issue({ citizenId, purpose: 'set-password', binding });
      const set = await setPassword({ citizenId, password, proof, binding, isEnrolment: true });
      if (set.outcome === 'refused') {
        if (set.reason === 'no-proof') throw new Error('the proof of an enrolment was not accepted');
        return { come: 'refuse', reason: set.reason };
      }
      // The same row, and with it the same subjects at every organisation.
      if (existing?.state === 'closed') await citizens.setState(citizenId, 'active', 'enrolled-again');
      await citizens.setLanguage(citizenId, draft.language);
      await evidence.attach({ journeyId, citizenId });
      await audit.citizenEnrolled({ citizenId, identityLevel: citizen.identityLevel, again: existing !== undefined });
      const made = await citizens.findById(citizenId);
      return {
        come: 'go',
        draft: {
          ...draft,
          ...{ at: 'passkey', citizenId, passwordSetAt: clock.now() },
          ...(made !== undefined && { accountMark: await accountMark(made) }),
        },
        expiresAt: clock.now() + WITH_CREDENTIALS,
      };
    },
    { isExclusive: true },
  );

  async function saved(citizen: SavedCitizen): Promise<boolean> {
    try {
      await citizens.save(citizen);
      return true;
    } catch (error) {
      if (error instanceof NationalCodeTaken) return false;
      throw error;
    }
  }
}

const busy: EnrolmentResult = { come: 'refuse', reason: 'slow-down', retryAfterMs: OTHER_TAB };

/** The only place where a draft becomes a citizen, and it looks at every proof again. */
function provenCitizen(draft: EnrolmentDraft): Omit<SavedCitizen, 'id' | 'state'> {
  const { nationalCode, birthDate, registered } = personOf(draft);
  const phone = phoneOf(draft);
  const isAnybodys = phone.belongsTo === 'citizen' || phone.belongsTo === 'consenting-owner';
  if (registered === undefined || phone.provenAt === undefined || !isAnybodys)
    throw new Error('an enrolment came to the password without its proofs');
  return { ...registered, nationalCode, birthDate, phone: phone.number, identityLevel: identityLevelOf(phone) };
}
