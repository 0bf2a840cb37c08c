import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { EnrolmentDraft } from './enrolment-draft.ts';
import { enrolmentBindingOf, enrolmentRule } from './enrolment-rules.ts';
import type { JourneyProof } from './journey.ts';

type Needs = {
  passkeys: Pick<Passkeys, 'register'>;
  proofs: Pick<CredentialProofs, 'issue'>;
};

/** After the password: a passkey where the browser can make one, the recovery codes, and the first sign-in. */
export function createCredentialSteps({ passkeys, proofs }: Needs) {
  return {
    passkey: enrolmentRule('passkey', ['passkey'], async (journey, { response, name }) => {
      const { draft } = journey;
      const citizenId = citizenOf(draft);
      const binding = enrolmentBindingOf(journey);
      const proof = await proofs.issue({ citizenId, purpose: 'add-passkey', binding });
      const added = await passkeys.register({ citizenId, binding, response, name, proof, isEnrolment: true });
      if (added.outcome === 'refused') return { come: 'refuse', reason: 'passkey-refused' };
      return { come: 'go', draft: { ...draft, at: 'recovery-codes' } };
    }),

    'passkey-skipped': enrolmentRule('passkey-skipped', ['passkey'], async ({ draft }) => ({
      come: 'go',
      draft: { ...draft, at: 'recovery-codes' },
    })),

    'recovery-codes-kept': enrolmentRule('recovery-codes-kept', ['recovery-codes'], async ({ draft }) => ({
      come: 'go',
      draft: { ...draft, at: 'done' },
      signIn: { citizenId: citizenOf(draft), proofs: proofsOf(draft) },
    })),
  };
}

export function citizenOf({ citizenId }: EnrolmentDraft): string {
  if (citizenId === undefined) throw new Error('an enrolment got this far without a citizen');
  return citizenId;
}

/** A passkey that was just made was not used to sign in, so it does not count. */
function proofsOf({ passwordSetAt, phone }: EnrolmentDraft): JourneyProof[] {
  return [
    ...(passwordSetAt === undefined ? [] : [{ method: 'password' as const, at: passwordSetAt }]),
    ...(phone?.provenAt === undefined ? [] : [{ method: 'sms-code' as const, at: phone.provenAt }]),
  ];
}
