import type { Sealer } from '#platform/sealing/sealer.ts';

import type { Citizen, CitizenState, IdentityLevel, SavedCitizen } from './citizen.ts';
import { type MobileNumber, readMobileNumber } from './mobile-number.ts';
import { type NationalCode, readNationalCode } from './national-code.ts';

/** A citizen as columns: what is personal and unchangeable is sealed, what is looked up has a keyed hash beside it. */
export type CitizenColumns = {
  id: string;
  state: CitizenState;
  given_name: string;
  family_name: string;
  given_name_latin: string | null;
  family_name_latin: string | null;
  birth_date: string;
  national_code: string;
  national_code_hash: string;
  phone: string | null;
  phone_hash: string | null;
  identity_level: IdentityLevel;
};

type WriteWith = {
  sealer: Sealer;
  codeHash(code: NationalCode): string;
  phoneHash(phone: MobileNumber): string;
};

export function writeRow(citizen: SavedCitizen, { sealer, codeHash, phoneHash }: WriteWith): CitizenColumns {
  const { id, phone } = citizen;
  return {
    id,
    state: citizen.state,
    given_name: citizen.givenName,
    family_name: citizen.familyName,
    given_name_latin: citizen.givenNameLatin ?? null,
    family_name_latin: citizen.familyNameLatin ?? null,
    birth_date: sealer.seal(citizen.birthDate, placeInCitizens(id, 'birth_date')),
    national_code: sealer.seal(citizen.nationalCode, placeInCitizens(id, 'national_code')),
    national_code_hash: codeHash(citizen.nationalCode),
    phone: phone === undefined ? null : sealer.seal(phone, placeInCitizens(id, 'phone')),
    phone_hash: phone === undefined ? null : phoneHash(phone),
    identity_level: citizen.identityLevel,
  };
}

export type KeptColumns = CitizenColumns & { changed_at: Date; language: 'fa' | 'en' | null; closes_at: Date | null };

export function readRow(row: KeptColumns, sealer: Sealer): Citizen {
  const unseal = (sealed: string, column: Parameters<typeof placeInCitizens>[1]) =>
    sealer.unseal(sealed, placeInCitizens(row.id, column)).toString();
  const nationalCode = readNationalCode(unseal(row.national_code, 'national_code'));
  if (nationalCode === undefined) throw new Error('a stored national code is not valid');
  const phone = row.phone === null ? undefined : readMobileNumber(unseal(row.phone, 'phone'));
  return {
    id: row.id,
    state: row.state,
    givenName: row.given_name,
    familyName: row.family_name,
    ...(row.given_name_latin !== null && {
      givenNameLatin: row.given_name_latin,
    }),
    ...(row.family_name_latin !== null && {
      familyNameLatin: row.family_name_latin,
    }),
    birthDate: unseal(row.birth_date, 'birth_date'),
    ...(phone !== undefined && { phone }),
    nationalCode,
    identityLevel: row.identity_level,
    ...(row.language !== null && { language: row.language }),
    ...(row.closes_at !== null && { closesAt: row.closes_at.getTime() }),
    updatedAt: row.changed_at.getTime(),
  };
}

/** Ties a sealed value to its citizen and its column: moved to another row or column it no longer opens. */
export function placeInCitizens(id: string, column: 'birth_date' | 'national_code' | 'phone'): string {
  return `citizens.${column}:${id}`;
}
