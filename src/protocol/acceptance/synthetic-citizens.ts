import type { Citizen } from '#citizens/citizen.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import type { KnownEvidence } from '../verification.ts';

/**
 * The people of every acceptance issuer. Their names say that they are invented, their national codes are well-formed and
 * begin with digits that no registry office has, and every claim has a value. They can sign in nowhere else.
 */
type Person = Pick<Citizen, 'id' | 'givenName' | 'familyName' | 'givenNameLatin' | 'familyNameLatin' | 'birthDate'> & {
  nationalCode: string;
  phone: string;
};

const PEOPLE: readonly Person[] = [
  {
    id: 'synthetic-1',
    givenName: 'نمونه',
    familyName: 'آزمون‌زاده',
    givenNameLatin: 'Nemouneh',
    familyNameLatin: 'Azmounzadeh',
    birthDate: '1999-03-21',
    nationalCode: '9990000018',
    phone: '09990009001',
  },
  {
    id: 'synthetic-2',
    givenName: 'فرضیه',
    familyName: 'ناموجودی',
    givenNameLatin: 'Farzieh',
    familyNameLatin: 'Namojoudi',
    birthDate: '1974-11-30',
    nationalCode: '9990000026',
    phone: '09990009002',
  },
  {
    id: 'synthetic-3',
    givenName: 'خیالی',
    familyName: 'بی‌نشان‌پور',
    givenNameLatin: 'Khiali',
    familyNameLatin: 'Bineshanpour',
    birthDate: '2010-06-01',
    nationalCode: '9990000034',
    phone: '09990009003',
  },
];

/** 2026-03-21T00:00:00Z: nothing about them ever changes. */
const SINCE = 1_774_051_200_000;

export const SYNTHETIC_CITIZENS: readonly Citizen[] = PEOPLE.map(toCitizen);

export function findSyntheticCitizen(id: string): Citizen | undefined {
  return SYNTHETIC_CITIZENS.find((citizen) => citizen.id === id);
}

/** Whom a `login_hint` names by id or national code; the first one otherwise. */
export function citizenForHint(hint: string | undefined): Citizen {
  const [first] = SYNTHETIC_CITIZENS;
  if (first === undefined) throw new Error('there are no synthetic citizens');
  return SYNTHETIC_CITIZENS.find(({ id, nationalCode }) => hint === id || hint === nationalCode) ?? first;
}

/** The attacker, or the victim: somebody else than this one. */
export function somebodyElseThan(id: string): Citizen {
  const other = SYNTHETIC_CITIZENS.find((citizen) => citizen.id !== id);
  if (other === undefined) throw new Error('there is only one synthetic citizen');
  return other;
}

/** As if the registry and the operator of the number had once been asked, so that `verified_claims` can be tried. */
export const SYNTHETIC_EVIDENCE: readonly KnownEvidence[] = [
  { source: 'civil-registry', method: 'synthetic', at: SINCE, transaction: 'synthetic', result: 'matched' },
  { source: 'mobile-ownership', method: 'synthetic', at: SINCE, transaction: 'synthetic', result: 'owner' },
];

function toCitizen({ nationalCode, phone, ...person }: Person): Citizen {
  const code = readNationalCode(nationalCode);
  const number = readMobileNumber(phone);
  if (code === undefined || number === undefined) throw new Error(`${person.id} is not well-formed`);
  return {
    ...person,
    nationalCode: code,
    phone: number,
    state: 'active',
    identityLevel: 'registry-and-phone-matched',
    updatedAt: SINCE,
  };
}
