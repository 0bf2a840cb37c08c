import { randomInt } from 'node:crypto';

import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import type { CredentialProofs } from './credential-proofs.ts';
import type { FactorChanges } from './factor-changes.ts';
import type { RecoveryCodesStore } from './recovery-codes-store.ts';
import { readDigits } from './typed-digits.ts';

/** Codes on paper for the day a phone is lost. */
export type RecoveryCodes = {
  /**
   * Ten codes like `12345 67890 12345 67890`, to be shown once; the ones before are void. Undefined without a proof of
   * the purpose `issue-recovery-codes`.
   */
  issue(to: {
    citizenId: string;
    proof: string;
    binding: string;
    isEnrolment?: boolean;
  }): Promise<string[] | undefined>;
  /** A right code is used up, first wins; in any digits, with or without blanks. Count the tries with second-factor-attempts. */
  use(tried: { citizenId: string; code: string }): Promise<'right' | 'wrong'>;
  left(citizenId: string): Promise<number>;
};

const CODES = 10;
/**
 * Digits, because they can be typed on every keyboard in Iran; twenty are 66 random bits, and NIST SP 800-63B-4
 * section 4.2.1.1 asks for 64.
 */
const DIGITS = 20;

type RecoveryCodesNeeds = {
  store: RecoveryCodesStore;
  keyedHash: KeyedHash;
  proofs: Pick<CredentialProofs, 'consume'>;
  changes: FactorChanges;
  audit: Pick<AuditEvents, 'recoveryCodeUsed'>;
  clock: Clock;
};

export function createRecoveryCodes(needs: RecoveryCodesNeeds): RecoveryCodes {
  const { store, keyedHash, proofs, changes, audit, clock } = needs;
  const hashOf = (citizenId: string, code: string) => keyedHash(`recovery-code:${citizenId}:${code}`);

  return {
    async issue({ citizenId, proof, binding, isEnrolment }) {
      if (!(await proofs.consume({ citizenId, purpose: 'issue-recovery-codes', binding, proof }))) return undefined;
      const codes = [...distinctCodes()];
      const hashes = codes.map((code) => hashOf(citizenId, code));
      const act = (await store.hasAny(citizenId)) ? 'changed' : 'added';
      const change = await changes.begin({ citizenId, factor: 'recovery-codes', act, isEnrolment });
      await store.replace({ citizenId, hashes, at: clock.now(), alongside: change.owe });
      await change.record();
      return codes.map((code) => code.replace(/(\d{5})(?=\d)/g, '$1 '));
    },
    async use({ citizenId, code: typed }) {
      const code = readDigits(typed, DIGITS);
      if (code === undefined) return 'wrong';
      if (!(await store.use({ citizenId, hash: hashOf(citizenId, code), at: clock.now() }))) return 'wrong';
      await audit.recoveryCodeUsed({ citizenId, left: await store.countLeft(citizenId) });
      return 'right';
    },
    left: store.countLeft,
  };
}

function distinctCodes(): ReadonlySet<string> {
  const codes = new Set<string>();
  while (codes.size < CODES) codes.add(Array.from({ length: DIGITS }, () => randomInt(10)).join(''));
  return codes;
}
