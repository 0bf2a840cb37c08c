import { describe, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { readJalaliDate } from '#proofing/jalali.ts';
import { DEMO_CITIZENS } from '#root/commands/demo-citizens.ts';
import { KNOWN_PEOPLE, PEOPLE_WITH_ACCOUNTS, PEOPLE_WITHOUT_ACCOUNTS } from '../../demo/people/known-people.ts';

describe('the people of the demo’s registry', () => {
  test.each(KNOWN_PEOPLE)(
    '$givenName $familyName is well-formed',
    ({ nationalCode, birthDate, birthDateJalali, phones }) => {
      expect(readNationalCode(nationalCode)).toBe(nationalCode);
      const [year = '', month = '', day = ''] = birthDateJalali.split('/');
      expect(readJalaliDate({ year, month, day })).toBe(birthDate);
      expect(phones.map((phone) => readMobileNumber(phone))).toEqual(phones);
    },
  );

  test('nobody is there twice, and no number has two owners', () => {
    const [codes, phones] = [KNOWN_PEOPLE.map((one) => one.nationalCode), KNOWN_PEOPLE.flatMap((one) => one.phones)];
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(phones).size).toBe(phones.length);
  });

  test('those with accounts are those whom the provider seeds, whole', () => {
    const seeded = DEMO_CITIZENS.map(({ phone, state: _, ...person }) => ({ ...person, phones: [phone] }));
    expect(
      PEOPLE_WITH_ACCOUNTS.map(({ story: _, birthDateJalali: __, phones, ...person }) => ({
        ...person,
        phones: phones.slice(0, 1),
      })),
    ).toEqual(seeded);
    const codes = DEMO_CITIZENS.map(({ nationalCode }) => nationalCode);
    expect(PEOPLE_WITHOUT_ACCOUNTS.filter(({ nationalCode }) => codes.includes(nationalCode))).toEqual([]);
  });
});
