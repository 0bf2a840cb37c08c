import type { Database } from '#platform/database/database.ts';
import type { Citizen } from './citizen.ts';
import { countFactors } from './factors-store.ts';
import type { MobileNumber } from './mobile-number.ts';

/** What a citizen can prove, so that a page offers what there is and nothing else. */
export type Factors = {
  hasPassword: boolean;
  phone?: MobileNumber;
  authenticators: number;
  passkeys: number;
  recoveryCodesLeft: number;
};

export type FactorsOf = (citizenId: string) => Promise<Factors>;

type FactorsNeeds = {
  database: Database;
  findCitizen(id: string): Promise<Pick<Citizen, 'phone'> | undefined>;
};

export function createFactorsOf({ database, findCitizen }: FactorsNeeds): FactorsOf {
  return async (citizenId) => {
    const [citizen, counted] = await Promise.all([findCitizen(citizenId), countFactors(database, citizenId)]);
    return { ...counted, ...(citizen?.phone !== undefined && { phone: citizen.phone }) };
  };
}
