import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { checkNewPassword } from '#citizens/password-rules.ts';
import { preparePassword } from '#citizens/password-text.ts';

import { makeNationalCode } from './make-national-code.ts';

const phone = readMobileNumber('09121234567');
const about = {
  nationalCode: makeNationalCode(123_456_789),
  /** 1381/9/30 */
  birthDate: '2002-12-21',
  givenName: 'آرش',
  familyName: 'کاویانی‌پور',
  givenNameLatin: 'Arash',
  familyNameLatin: 'Kavianipour',
  ...(phone !== undefined && { phone }),
};
const check = (password: string) => checkNewPassword({ password, about });

const GOOD = [
  'correct horse battery',
  'مدادی که پرواز می‌کند',
  'سه گربه روی بام خانه',
  'gx7-Quelle-41',
  'hT9!vbQ2mz',
  'من دیشب یک سیب سبز خوردم',
  'xxxlantern under water',
  'kafsh daram dota',
  'p4nj9wq8rt',
  'ünïcödé wörks',
  '🐈🐕🐎 سه جانور و من',
];

test.each(GOOD)('"%s" is a password of one’s own', (password) => {
  expect(check(password)).toBeUndefined();
});

describe('the length is counted in characters, after the same normalisation as the hash', () => {
  test.each([
    ['hT9!vbQ', 'too-short'],
    ['hT9!vbQ2', undefined],
    ['سیبلگخو', 'too-short'],
    ['a 🐈'.repeat(2), 'too-short'],
    ['lantern '.repeat(16).slice(0, 128), undefined],
    [`${'lantern '.repeat(16)}x`, 'too-long'],
    ['x'.repeat(1_000_000), 'too-long'],
    ['', 'too-short'],
  ])('%#', (password, verdict) => {
    const found = check(password);
    expect(found === 'too-common' ? undefined : found).toBe(verdict);
  });

  test('the same keys on another keyboard are judged alike', () => {
    const foreign = (text: string) =>
      text
        .replace(/[0-9]/g, (digit) => String.fromCodePoint(0x660 + Number(digit)))
        .replaceAll('ی', 'ي')
        .replaceAll('ک', 'ك');
    fc.assert(
      fc.property(fc.stringMatching(/^[آابپتکگیم۰-۹0-9a-z ]{0,20}$/), (password) => {
        expect(check(foreign(password))).toBe(check(password));
        expect(check(password.normalize('NFD'))).toBe(check(password));
      }),
    );
  });
});

describe('what everybody chooses is refused', () => {
  const COMMON = [
    ['12345678', '123456789', '1234567890', '۱۲۳۴۵۶۷۸', '٨٧٦٥٤٣٢١', '11111111', '00000000', '12341234', '123123123'],
    [
      'password',
      'Password1',
      'P@ssw0rd',
      'passw0rd123',
      'iloveyou',
      'football1',
      'qwerty123',
      'qwertyuiop',
      '1q2w3e4r',
    ],
    ['1qaz2wsx', 'asdfghjkl', 'zxcvbnm123', 'abcd1234', 'abcdefgh', 'aaaaaaaa', 'abcabcabc', 'qwerqwer'],
    ['mohammad', 'Mohammad1402', 'alireza1381', 'ali123456', 'fatemeh110', 'zahra_zahra', 'reza@1234', 'mahdi313'],
    [
      'esteghlal',
      'Perspolis6',
      'persepolis1',
      'tehran1400',
      'iraniran',
      'iran1404',
      'khalijfars',
      'azizam123',
      'eshgham1',
    ],
    [
      'doostetdaram',
      'salam1234',
      'salamsalam',
      'yaali110',
      'yahosein',
      'emamreza8',
      'khodaya1',
      'ramzeobur',
      'daneshgah',
    ],
    [
      'محمدرضا',
      'علی۱۲۳۴۵',
      'سلام۱۲۳۴',
      'استقلال',
      'پرسپولیس۶',
      'دوستت دارم',
      'ضصثقفغعه',
      'شسیبلاتن',
      'رمزعبور',
      'امیرحسین!',
    ],
    ['09121112233', '9351234567', '+989121112233', '13701015', '01011370', '19900321'],
  ].flat();
  test.each(COMMON)('%s', (password) => {
    const found = check(password);
    // Both refuse; a short one would be too short before it is too common.
    expect(password.length < 8 && found === 'too-short' ? 'too-common' : found).toBe('too-common');
  });

  test('anybody’s national code is', () => {
    expect(check(makeNationalCode(987_654_321))).toBe('too-common');
  });

  test('with capitals, or with a year and a sign behind it, too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('mohammad', 'perspolis', 'password', 'alireza', 'استقلال', 'iloveyou'),
        fc.constantFrom('', '1', '12', '1400', '1381!', '@110', '!!', '2024'),
        fc.boolean(),
        (word, behind, isLoud) => {
          const password = `${isLoud ? word.toUpperCase() : word}${behind}`;
          fc.pre(Array.from(password).length >= 8);
          expect(check(password)).toBe('too-common');
        },
      ),
    );
  });
});

describe('what anybody who knows the person tries first is refused', () => {
  const OWN = [
    about.nationalCode,
    `${about.nationalCode}!`,
    `a${about.nationalCode}`,
    '09121234567',
    '9121234567',
    '+989121234567',
    '00989121234567a',
    '13810930',
    '1381/9/30',
    '1381-09-30x',
    '30-09-1381',
    '20021221',
    '2002-12-21',
    '21/12/2002',
    '12.21.2002',
    '81093081',
    'arash1381',
    'Arash2002!',
    'ARASHarash',
    'kavianipour',
    'Kavianipour12',
    'arashkavianipour',
    'آرش۱۳۸۱!!',
    'کاویانی‌پور',
    'کاویانی پور',
    'كاوياني‌پور۱',
    'آرش کاویانی‌پور',
    'arash@1381',
  ];
  test.each(OWN)('%s', (password) => {
    expect(check(password)).toBe('about-yourself');
  });

  test('and a sentence that only happens to hold a name or a year is not', () => {
    for (const password of ['arash ate eleven green plums', 'the winter of 2002 was long', 'آرش سیزده انار شیرین خورد'])
      expect(check(password)).toBeUndefined();
  });

  test('control: to somebody else the same is their own choice', () => {
    const other = {
      ...about,
      givenName: 'سارا',
      familyName: 'نیک‌زاد',
      givenNameLatin: 'Sara',
      familyNameLatin: 'Nikzad',
    };
    expect(checkNewPassword({ password: 'kavianipour', about: other })).toBeUndefined();
  });
});

test('whatever is typed, an answer comes in a moment and without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (password) => {
      check(password);
      expect(preparePassword(preparePassword(password))).toBe(preparePassword(password));
    }),
  );
});
