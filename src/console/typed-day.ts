import { normaliseDigits } from '#platform/persian-text.ts';
import { readJalaliDate } from '#proofing/jalali.ts';

/** The last year that `readJalaliDate` reads: no year that operators have been at work in is written so in the other calendar. */
const LATEST_JALALI_YEAR = 1500;

/** 1404/9/7 in any digits, or 2025-11-28, as an ISO date (Gregorian). */
export function readTypedDay(typed: string): string | undefined {
  const parts = normaliseDigits(typed).trim().split(/[/.-]/);
  const [year = '', month = '', day = ''] = parts;
  if (parts.length !== 3) return undefined;
  if (Number(year) <= LATEST_JALALI_YEAR) return readJalaliDate({ year, month, day });
  const iso = [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-');
  const at = Date.parse(`${iso}T00:00:00Z`);
  // The thirtieth of February is read as the second of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== iso ? undefined : iso;
}
