import type { AuthenticatorsStore } from './authenticators-store.ts';
import type { Citizen } from './citizen.ts';
import type { CitizensStore } from './citizens-store.ts';
import type { MobileNumber } from './mobile-number.ts';
import type { PasskeysStore } from './passkeys-store.ts';
import type { RecoveryCodesStore } from './recovery-codes-store.ts';

/** What a citizen can prove, so that a page offers what there is and nothing else. */
export type Factors = {
  hasPassword: boolean;
  phone?: MobileNumber;
  authenticators: number;
  passkeys: number;
  recoveryCodesLeft: number;
};

export type FactorsOf = (citizenId: string) => Promise<Factors>;

export type FactorsNeeds = {
  findCitizen(id: string): Promise<Pick<Citizen, 'phone'> | undefined>;
  citizens: Pick<CitizensStore, 'passwordHashOf'>;
  authenticators: Pick<AuthenticatorsStore, 'list'>;
  passkeys: Pick<PasskeysStore, 'list'>;
  recoveryCodes: Pick<RecoveryCodesStore, 'countLeft'>;
};

export function createFactorsOf(needs: FactorsNeeds): FactorsOf {
  return async (citizenId) => {
    const [citizen, passwordHash, authenticators, passkeys, recoveryCodesLeft] = await Promise.all([
      needs.findCitizen(citizenId),
      needs.citizens.passwordHashOf(citizenId),
      needs.authenticators.list(citizenId),
      needs.passkeys.list(citizenId),
      needs.recoveryCodes.countLeft(citizenId),
    ]);
    return {
      hasPassword: passwordHash !== undefined,
      ...(citizen?.phone !== undefined && { phone: citizen.phone }),
      authenticators: authenticators.length,
      passkeys: passkeys.length,
      recoveryCodesLeft,
    };
  };
}
