import type { Phrase } from '../web/language.ts';

/** Somebody whom the demo civil registry knows: invented, with a synthetic national code. */
export type KnownPerson = {
  nationalCode: string;
  /** ISO 8601, Gregorian. */
  birthDate: string;
  /** The same day as people in Iran write it. */
  birthDateJalali: string;
  givenName: string;
  familyName: string;
  givenNameLatin?: string;
  familyNameLatin?: string;
  isDeceased?: boolean;
  /** Numbers registered to this national code. */
  phones: readonly string[];
  /** What can be tried with them. */
  story: Phrase;
};

const account: Phrase = { fa: 'حساب دارد', en: 'has an account' };

/** Those who have accounts in the demo from the start: src/commands/demo-citizens.ts, which a test compares. */
export const PEOPLE_WITH_ACCOUNTS: readonly KnownPerson[] = [
  {
    nationalCode: '8438628508',
    birthDate: '2004-05-11',
    birthDateJalali: '1383/2/22',
    givenName: 'نیلوفر',
    familyName: 'رستگار',
    givenNameLatin: 'Niloufar',
    familyNameLatin: 'Rastegar',
    // The second one is for changing the number of the account.
    phones: ['+989990000001', '+989990000031'],
    story: account,
  },
  {
    nationalCode: '0028897511',
    birthDate: '2002-12-21',
    birthDateJalali: '1381/9/30',
    givenName: 'آرش',
    familyName: 'کاویانی',
    givenNameLatin: 'Arash',
    familyNameLatin: 'Kaviani',
    phones: ['+989990000002'],
    story: account,
  },
  {
    nationalCode: '0067126146',
    birthDate: '1999-03-20',
    birthDateJalali: '1377/12/29',
    givenName: 'ساناز',
    familyName: 'می‌آبادی',
    givenNameLatin: 'Sanaz',
    familyNameLatin: 'Meyabadi',
    phones: ['+989990000003'],
    story: account,
  },
  {
    nationalCode: '8903999101',
    birthDate: '1971-08-02',
    birthDateJalali: '1350/5/11',
    givenName: 'هوشنگ',
    familyName: 'یزدان‌پناه',
    givenNameLatin: 'Houshang',
    familyNameLatin: 'Yazdanpanah',
    phones: ['+989990000004'],
    story: account,
  },
  {
    nationalCode: '2092017241',
    birthDate: '1995-01-30',
    birthDateJalali: '1373/11/10',
    givenName: 'مهتاب',
    familyName: 'قفل‌ساز',
    givenNameLatin: 'Mahtab',
    familyNameLatin: 'Ghoflsaz',
    phones: ['+989990000005'],
    story: { fa: 'حساب قفل‌شده دارد', en: 'has a locked account' },
  },
  {
    nationalCode: '5015587201',
    birthDate: '1988-10-17',
    birthDateJalali: '1367/7/25',
    givenName: 'بهرام',
    familyName: 'درویش',
    givenNameLatin: 'Bahram',
    familyNameLatin: 'Darvish',
    phones: ['+989990000006'],
    story: { fa: 'حسابش بسته شده و می‌تواند دوباره بسازد', en: 'has a closed account and can enrol again' },
  },
  {
    nationalCode: '4706905966',
    birthDate: '1976-07-04',
    birthDateJalali: '1355/4/13',
    givenName: 'کاوه',
    familyName: 'نگهبان',
    givenNameLatin: 'Kaveh',
    familyNameLatin: 'Negahban',
    phones: ['+989990000007'],
    story: account,
  },
  {
    nationalCode: '7807320321',
    birthDate: '1984-02-19',
    birthDateJalali: '1362/11/30',
    givenName: 'رؤیا',
    familyName: 'سپهری',
    givenNameLatin: 'Roya',
    familyNameLatin: 'Sepehri',
    phones: ['+989990000008'],
    story: account,
  },
];

/** Those who can enrol, or learn why they cannot. */
export const PEOPLE_WITHOUT_ACCOUNTS: readonly KnownPerson[] = [
  {
    nationalCode: '4419057726',
    birthDate: '2005-02-04',
    birthDateJalali: '1383/11/16',
    givenName: 'پریسا',
    familyName: 'نوروزی',
    givenNameLatin: 'Parisa',
    familyNameLatin: 'Norouzi',
    phones: ['+989990000011', '+989990000021'],
    story: { fa: 'دو شماره به نام خود دارد', en: 'has two numbers of her own' },
  },
  {
    nationalCode: '1378002644',
    birthDate: '2006-09-15',
    birthDateJalali: '1385/6/24',
    givenName: 'سینا',
    familyName: 'بهرامی',
    givenNameLatin: 'Sina',
    familyNameLatin: 'Bahrami',
    phones: [],
    story: {
      fa: 'شماره‌ای به نام خود ندارد و از شمارهٔ مادرش استفاده می‌کند',
      en: 'has no number of his own and uses his mother’s',
    },
  },
  {
    nationalCode: '0523319088',
    birthDate: '1978-04-09',
    birthDateJalali: '1357/1/20',
    givenName: 'مریم',
    familyName: 'شریفی',
    givenNameLatin: 'Maryam',
    familyNameLatin: 'Sharifi',
    phones: ['+989990000012'],
    story: { fa: 'مادر سینا', en: 'Sina’s mother' },
  },
  {
    nationalCode: '7096550135',
    birthDate: '1941-11-30',
    birthDateJalali: '1320/9/9',
    givenName: 'غلامرضا',
    familyName: 'پورداوود',
    isDeceased: true,
    phones: ['+989990000013'],
    story: { fa: 'درگذشته است', en: 'is recorded as deceased' },
  },
  {
    nationalCode: '3182044753',
    birthDate: '2003-06-25',
    birthDateJalali: '1382/4/4',
    givenName: 'کیان',
    familyName: 'فرهادی',
    phones: ['+989990000014'],
    story: {
      fa: 'در شناسنامه‌اش ۱۳۸۲/۵/۴ نوشته شده و با ثبت احوال نمی‌خواند',
      en: 'whose paper says 1382/5/4, which is not what the registry has',
    },
  },
  {
    nationalCode: '9960178323',
    birthDate: '2001-03-20',
    birthDateJalali: '1379/12/30',
    givenName: 'يلدا',
    familyName: 'كريمي‌نژاد',
    givenNameLatin: 'Yalda',
    familyNameLatin: 'Kariminejad',
    phones: ['+989990000015'],
    story: {
      fa: 'در روز کبیسه به دنیا آمده و نامش با حروف عربی ثبت شده است',
      en: 'born on a leap day, with a name registered in Arabic letters',
    },
  },
  {
    nationalCode: '2273509413',
    birthDate: '2004-08-18',
    birthDateJalali: '1383/5/28',
    givenName: 'نوید',
    familyName: 'توکلی',
    givenNameLatin: 'Navid',
    familyNameLatin: 'Tavakoli',
    phones: ['+989990000016'],
    story: { fa: 'یک شماره به نام خود دارد', en: 'has a number of his own' },
  },
];

export const KNOWN_PEOPLE: readonly KnownPerson[] = [...PEOPLE_WITHOUT_ACCOUNTS, ...PEOPLE_WITH_ACCOUNTS];
