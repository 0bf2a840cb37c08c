import { isValidJalaaliDate, toGregorian } from 'jalaali-js';
import { normaliseDigits } from '#platform/persian-text.ts';

type TypedDate = { year: string; month: string; day: string };

/** Nobody alive was born before it, and everybody who can type was born before the other. */
const EARLIEST_YEAR = 1280;
const LATEST_YEAR = 1500;

/** A Jalali date as typed, in Persian, Arabic or ASCII digits, as an ISO date (Gregorian): 1370/1/1 is 1991-03-21. */
export function readJalaliDate({ year, month, day }: TypedDate): string | undefined {
  const [jy, jm, jd] = [year, month, day].map(readNumber);
  if (jy === undefined || jm === undefined || jd === undefined) return undefined;
  if (jy < EARLIEST_YEAR || jy > LATEST_YEAR || !isValidJalaaliDate(jy, jm, jd)) return undefined;
  const { gy, gm, gd } = toGregorian(jy, jm, jd);
  return [String(gy), ...[gm, gd].map((part) => String(part).padStart(2, '0'))].join('-');
}

function readNumber(typed: string): number | undefined {
  const digits = normaliseDigits(typed).replace(/[\s\u200c\u200e\u200f\u061c]/g, '');
  return /^\d{1,4}$/.test(digits) ? Number(digits) : undefined;
}
