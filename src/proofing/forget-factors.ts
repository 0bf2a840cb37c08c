import type { Authenticators } from '#citizens/authenticators.ts';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { RecoveryCodes } from '#citizens/recovery-codes.ts';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';

/** Takes away every factor but the password, which is replaced: what is lost may be in somebody else's hands. */
export type ForgetFactors = (citizenId: string) => Promise<void>;

type Needs = {
  passkeys: Pick<Passkeys, 'list' | 'remove'>;
  authenticators: Pick<Authenticators, 'list' | 'remove'>;
  recoveryCodes: Pick<RecoveryCodes, 'issue'>;
  devices: Pick<RememberedDevices, 'forgetAll'>;
  proofs: Pick<CredentialProofs, 'issue'>;
};

export function createForgetFactors({
  passkeys,
  authenticators,
  recoveryCodes,
  devices,
  proofs,
}: Needs): ForgetFactors {
  return async (citizenId) => {
    const binding = `forget-factors:${citizenId}`;
    const proof = (purpose: 'remove-factor' | 'issue-recovery-codes') => proofs.issue({ citizenId, purpose, binding });
    for (const { id } of await passkeys.list(citizenId))
      await passkeys.remove({ citizenId, id, proof: await proof('remove-factor'), binding });
    for (const { id } of await authenticators.list(citizenId))
      await authenticators.remove({ citizenId, id, proof: await proof('remove-factor'), binding });
    // New ones that nobody sees are the way to void the old ones.
    await recoveryCodes.issue({ citizenId, proof: await proof('issue-recovery-codes'), binding });
    await devices.forgetAll(citizenId);
  };
}
