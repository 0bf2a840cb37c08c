import { toJalaali } from 'jalaali-js';

import { comparisonKey } from '#platform/persian-text.ts';

import type { Citizen } from './citizen.ts';

/** What anybody who knows a person tries first. */
export type OwnData = Pick<
  Citizen,
  'nationalCode' | 'birthDate' | 'phone' | 'givenName' | 'familyName' | 'givenNameLatin' | 'familyNameLatin'
>;

/** A password that has so much beside the person's own data is taken to be a password of its own. */
const REST_AT_LEAST = 6;
/** Shorter names would refuse words that only happen to hold them. */
const NAME_AT_LEAST = 3;

/**
 * Whether hardly anything is left of a password without its owner's national code, number, birth date (Jalali and
 * Gregorian, in the usual writings) and names. The text is as it is hashed, in Persian letters and ASCII digits.
 */
export function isAboutThemselves(text: string, about: OwnData): boolean {
  const password = comparisonKey(text).replaceAll(' ', '');
  const known = [...numbersOf(about), ...namesOf(about)].sort((one, other) => other.length - one.length);
  const found = known.filter((each) => password.includes(each));
  if (found.length === 0) return false;
  const rest = found.reduce((left, each) => left.replaceAll(each, ' '), password);
  return significant(rest) < REST_AT_LEAST;
}

function numbersOf({ nationalCode, birthDate, phone }: OwnData): string[] {
  const subscriber = phone?.slice('+98'.length);
  const numbers =
    subscriber === undefined ? [] : [`98${subscriber}`, `0${subscriber}`, subscriber, subscriber.slice(2)];
  return [nationalCode, nationalCode.replace(/^0+/, ''), ...numbers, ...datesOf(birthDate)];
}

/** 13811001, 1381/10/1, 811001, 01101381, the year alone, and the same in the Gregorian calendar. */
function datesOf(birthDate: string): string[] {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const { jy, jm, jd } = toJalaali(year, month, day);
  return [writingsOf(jy, jm, jd), writingsOf(year, month, day)].flat();
}

function writingsOf(year: number, month: number, day: number): string[] {
  const two = (number: number) => String(number).padStart(2, '0');
  const orders = (y: string, m: string, d: string) => [
    [y, m, d],
    [d, m, y],
    [m, d, y],
  ];
  const years = [String(year), String(year).slice(2)];
  const dates = years.flatMap((y) => [...orders(y, two(month), two(day)), ...orders(y, String(month), String(day))]);
  const separated = dates.flatMap((parts) => ['', '/', '-', '.', '_'].map((between) => parts.join(between)));
  // Two digits and a day are no date to anybody; shorter ones would be found in any number.
  return [...new Set([...separated.filter((date) => date.length >= 5), String(year)])];
}

function namesOf({ givenName, familyName, givenNameLatin = '', familyNameLatin = '' }: OwnData): string[] {
  // کاویانی‌پور is written as one word, as two, and with a half space.
  const names = [givenName, familyName, givenNameLatin, familyNameLatin].map((name) =>
    comparisonKey(name.replaceAll('\u200c', ' ')),
  );
  const words = names.flatMap((name) => [name.replaceAll(' ', ''), ...name.split(' ')]);
  return [...new Set(words)].filter((word) => word.length >= NAME_AT_LEAST);
}

/** Letters, digits and signs that are not just fill: repeats and blanks count once and not at all. */
function significant(text: string): number {
  return new Set(text.replace(/\s/g, '')).size;
}
