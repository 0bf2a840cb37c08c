import type { Citizen } from './citizen.ts';
import type { MobileNumber } from './mobile-number.ts';

/** What a citizen can prove, so that a page offers what there is and nothing else. */
export type Factors = {
  hasPassword: boolean;
  phone?: MobileNumber;
  authenticators: number;
  passkeys: number;
  recoveryCodesLeft: number;
};

export type CitizenWithFactors = { citizen: Citizen; factors: Factors };

/** As they are now, not as they were cached. */
export type FindWithFactors = (citizenId: string) => Promise<CitizenWithFactors | undefined>;

/** Nobody has nothing. */
export type FactorsOf = (citizenId: string) => Promise<Factors>;

const NO_FACTORS: Factors = { hasPassword: false, authenticators: 0, passkeys: 0, recoveryCodesLeft: 0 };

export function createFactorsOf(findWithFactors: FindWithFactors): FactorsOf {
  return async (citizenId) => (await findWithFactors(citizenId))?.factors ?? NO_FACTORS;
}
