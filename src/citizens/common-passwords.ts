import { dictionary } from '@zxcvbn-ts/language-common';

import { comparisonKey } from '#platform/persian-text.ts';

import { readMobileNumber } from './mobile-number.ts';
import { readNationalCode } from './national-code.ts';
import { PERSIAN_PASSWORD_WORDS } from './persian-passwords.ts';

/** 49,000 passwords from published breaches, the most frequent first, in small letters. */
const FREQUENT: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** Rows of the keyboards that are in use, to be walked along in either direction. */
const ROWS = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  'abcdefghijklmnopqrstuvwxyz',
  'ضصثقفغعهخحجچ',
  'شسیبلاتنمکگ',
  'ظطزرذدپو',
  'ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی',
].map((row) => row + row);
const WALKS = [...ROWS, ...ROWS.map((row) => Array.from(row).reverse().join(''))];

/** Four keys in a row are a walk; fewer are in any text. */
const SHORTEST_WALK = 4;
/** A year, a birthday, 123456: what people put around a word when digits are asked for. */
const DECORATION = /^[\d\p{P}\p{S}]{0,8}|[\d\p{P}\p{S}]{0,8}$/gu;
const SIGNS = /[\p{P}\p{S}]/gu;
/** What is left of a password when its walks and repeats are one step each. */
const DISTINCT_STEPS = 4;

const LOOK_ALIKES: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** One of the passwords that are tried first on every account, as they are or with the usual decoration. */
export function isCommonPassword(text: string): boolean {
  const password = comparisonKey(text).replaceAll(' ', '');
  return isListed(password) || isNumberOfAPerson(password) || isPattern(password);
}

function isListed(password: string): boolean {
  const plain = undisguised(password);
  const words = [
    password,
    plain,
    bare(password),
    bare(plain),
    undisguised(bare(password)),
    password.replace(SIGNS, ''),
  ];
  return (
    FREQUENT.has(password) ||
    FREQUENT.has(plain) ||
    words.some((word) => PERSIAN_PASSWORD_WORDS.has(word) || isTwice(word)) ||
    // "password1402": a frequent word of its own with a year around it.
    words
      .slice(2)
      .some((word) => word.length >= SHORTEST_WALK && FREQUENT.has(word) && decorationOf(password, word) <= 6)
  );
}

/** A phone number or a national code, whoever's: all of them together are fewer than a night of guessing. */
function isNumberOfAPerson(password: string): boolean {
  if (!/^\+?\d+$/.test(password)) return false;
  return (
    readMobileNumber(password) !== undefined ||
    (password.length === 10 && readNationalCode(password) !== undefined) ||
    isDate(password)
  );
}

/** 13811001 or 01101381, in either calendar. */
function isDate(digits: string): boolean {
  if (digits.length !== 8) return false;
  const dates = [
    [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)],
    [digits.slice(4), digits.slice(2, 4), digits.slice(0, 2)],
    [digits.slice(4), digits.slice(0, 2), digits.slice(2, 4)],
  ].map((parts) => parts.map(Number));
  return dates.some(([year = 0, month = 0, day = 0]) => {
    const isYear = (year >= 1300 && year <= 1420) || (year >= 1920 && year <= 2035);
    return isYear && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  });
}

/** Repeats and walks along a keyboard, alone or one after the other: aaaaaaaa, abcabcabc, qwerty123456. */
function isPattern(password: string): boolean {
  if (/^(.{1,4})\1+.{0,3}$/su.test(password)) return true;
  let [rest, steps] = [password, 0];
  while (rest !== '') {
    rest = rest.slice(Math.max(walkAtStart(rest), repeatAtStart(rest), 1));
    steps += 1;
  }
  return steps < DISTINCT_STEPS;
}

function walkAtStart(text: string): number {
  let length = Math.min(text.length, 20);
  while (length >= SHORTEST_WALK && !WALKS.some((walk) => walk.includes(text.slice(0, length)))) length -= 1;
  return length >= SHORTEST_WALK ? length : 0;
}

function repeatAtStart(text: string): number {
  const [repeat = ''] = /^(.)\1+/su.exec(text) ?? [];
  return repeat.length;
}

function isTwice(word: string): boolean {
  const half = word.slice(0, word.length / 2);
  return word === half + half && (PERSIAN_PASSWORD_WORDS.has(half) || FREQUENT.has(half));
}

function bare(password: string): string {
  return password.replace(DECORATION, '');
}

function decorationOf(password: string, word: string): number {
  return password.length - word.length;
}

/** p@ssw0rd is password. */
function undisguised(password: string): string {
  return password.replace(/[@431057$]/g, (character) => LOOK_ALIKES[character] ?? character);
}
