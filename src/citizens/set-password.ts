import type { CitizensStore } from './citizens-store.ts';
import type { CredentialProofs } from './credential-proofs.ts';
import type { Alongside, FactorChanges } from './factor-changes.ts';
import type { PasswordPool } from './password-pool.ts';
import { checkNewPassword, type PasswordRefusal } from './password-rules.ts';
import type { RememberedDevices } from './remembered-devices.ts';

/**
 * The only door to a password (but for the demo's seeding). The caller ends the citizen's other sessions afterwards.
 * Throws PoolFull, CitizenUnknown.
 */
export type SetPassword = (wanted: {
  citizenId: string;
  password: string;
  /** Of the purpose `set-password`; a password that is refused leaves it as it is. */
  proof: string;
  binding: string;
  /** The first password of an account that is being made. */
  isEnrolment?: boolean;
  /** Runs in the transaction of the change: what it throws leaves the password as it was. */
  alongside?: Alongside;
}) => Promise<{ outcome: 'set' } | { outcome: 'refused'; reason: PasswordRefusal | 'no-proof' }>;

type SetPasswordNeeds = {
  citizens: Pick<CitizensStore, 'findById' | 'passwordHashOf' | 'setPasswordHash' | 'endPasswordChange'>;
  passwords: Pick<PasswordPool, 'hash'>;
  proofs: Pick<CredentialProofs, 'consume'>;
  devices: Pick<RememberedDevices, 'forgetAll'>;
  changes: FactorChanges;
};

export function createSetPassword({ citizens, passwords, proofs, devices, changes }: SetPasswordNeeds): SetPassword {
  return async ({ citizenId, password, proof, binding, isEnrolment, alongside }) => {
    const citizen = await citizens.findById(citizenId);
    if (citizen === undefined) return { outcome: 'refused', reason: 'no-proof' };
    const refusal = checkNewPassword({ password, about: citizen });
    if (refusal !== undefined) return { outcome: 'refused', reason: refusal };

    // Hashed before the proof is used up: a full queue must not cost the citizen their recovery.
    const hash = await passwords.hash(password);
    if (!(await proofs.consume({ citizenId, purpose: 'set-password', binding, proof })))
      return { outcome: 'refused', reason: 'no-proof' };
    const hasOne = (await citizens.passwordHashOf(citizenId)) !== undefined;
    const act = hasOne ? 'changed' : 'added';
    const change = await changes.begin({ citizenId, factor: 'password', act, isEnrolment });
    await citizens.setPasswordHash(citizenId, hash, async (transaction) => {
      await change.owe(transaction);
      await alongside?.(transaction);
    });
    await citizens.endPasswordChange(citizenId);
    await devices.forgetAll(citizenId);
    await change.record();
    return { outcome: 'set' };
  };
}
