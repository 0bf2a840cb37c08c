import { MINUTE } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';

/**
 * What allows a credential to be set or taken away: nothing in this room changes one without consuming such a proof
 * (Keycloak CVE-2026-18963 is a recovery that did). Issue one only where an enrolment or a recovery was completed or
 * a fresh strong sign-in was made; tests/attacks/11-* names every file that does.
 */
export type CredentialProofs = {
  /** A value of 43 characters for this citizen, purpose and browser; used once, within ten minutes. */
  issue(of: ProofOf): Promise<string>;
  /** True once, for what it was issued for; anything else is as if there were no proof. */
  consume(of: ProofOf & { proof: string }): Promise<boolean>;
};

export type ProofPurpose =
  | 'set-password'
  | 'add-authenticator'
  | 'add-passkey'
  | 'issue-recovery-codes'
  | 'remove-factor'
  | 'change-phone'
  | 'close-account';

type ProofOf = {
  citizenId: string;
  purpose: ProofPurpose;
  /** The journey and the browser it runs in. */
  binding: string;
};

/** Long enough to find a phone and scan a code, short enough for a shared computer that was left. */
const LIVES = 10 * MINUTE;

type CredentialProofsNeeds = {
  store: Pick<StateStore, 'write' | 'claim' | 'remove'>;
  hash: KeyedHash;
};

export function createCredentialProofs({ store, hash }: CredentialProofsNeeds): CredentialProofs {
  // Everything it is bound to is in the name of its record: with any other part it is simply not found.
  const keyOf = ({ citizenId, purpose, binding, proof }: ProofOf & { proof: string }) =>
    `credential-proof:${hash(JSON.stringify(['credential-proof', purpose, citizenId, binding, proof]))}`;

  return {
    async issue(of) {
      const proof = randomToken();
      await store.write(keyOf({ ...of, proof }), { set: { issued: '1' }, expiresInMs: LIVES });
      return proof;
    },
    async consume(of) {
      const key = keyOf(of);
      if ((await store.claim(key, 'used', '1')) !== 'first') return false;
      await store.remove([key]);
      return true;
    },
  };
}
