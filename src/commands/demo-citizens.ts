import type { CitizenState } from '#citizens/citizen.ts';

/**
 * Invented people, with synthetic national codes and numbers. They exist in the embedded default alone, where anybody
 * may sign in as any of them with one well-known password.
 */
export const DEMO_PASSWORD = 'open-the-window';

export type DemoCitizen = {
  nationalCode: string;
  givenName: string;
  familyName: string;
  givenNameLatin: string;
  familyNameLatin: string;
  birthDate: string;
  phone: string;
  state: CitizenState;
};

export const DEMO_CITIZENS: readonly DemoCitizen[] = [
  {
    nationalCode: '8438628508',
    givenName: 'نیلوفر',
    familyName: 'رستگار',
    givenNameLatin: 'Niloufar',
    familyNameLatin: 'Rastegar',
    birthDate: '2004-05-11',
    phone: '+989990000001',
    state: 'active',
  },
  {
    nationalCode: '0028897511',
    givenName: 'آرش',
    familyName: 'کاویانی',
    givenNameLatin: 'Arash',
    familyNameLatin: 'Kaviani',
    birthDate: '2002-12-21',
    phone: '+989990000002',
    state: 'active',
  },
  {
    nationalCode: '0067126146',
    givenName: 'ساناز',
    familyName: 'می‌آبادی',
    givenNameLatin: 'Sanaz',
    familyNameLatin: 'Meyabadi',
    birthDate: '1999-03-20',
    phone: '+989990000003',
    state: 'active',
  },
  {
    nationalCode: '8903999101',
    givenName: 'هوشنگ',
    familyName: 'یزدان‌پناه',
    givenNameLatin: 'Houshang',
    familyNameLatin: 'Yazdanpanah',
    birthDate: '1971-08-02',
    phone: '+989990000004',
    state: 'active',
  },
  {
    nationalCode: '2092017241',
    givenName: 'مهتاب',
    familyName: 'قفل‌ساز',
    givenNameLatin: 'Mahtab',
    familyNameLatin: 'Ghoflsaz',
    birthDate: '1995-01-30',
    phone: '+989990000005',
    state: 'locked',
  },
  {
    nationalCode: '5015587201',
    givenName: 'بهرام',
    familyName: 'درویش',
    givenNameLatin: 'Bahram',
    familyNameLatin: 'Darvish',
    birthDate: '1988-10-17',
    phone: '+989990000006',
    state: 'closed',
  },
  {
    nationalCode: '4706905966',
    givenName: 'کاوه',
    familyName: 'نگهبان',
    givenNameLatin: 'Kaveh',
    familyNameLatin: 'Negahban',
    birthDate: '1976-07-04',
    phone: '+989990000007',
    state: 'active',
  },
  {
    nationalCode: '7807320321',
    givenName: 'رؤیا',
    familyName: 'سپهری',
    givenNameLatin: 'Roya',
    familyNameLatin: 'Sepehri',
    birthDate: '1984-02-19',
    phone: '+989990000008',
    state: 'active',
  },
];
