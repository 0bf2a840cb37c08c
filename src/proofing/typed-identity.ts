import { type NationalCode, readNationalCode } from '#citizens/national-code.ts';
import { readJalaliDate } from './jalali.ts';

/** What a person typed into the fields of a form, untouched. */
export type TypedIdentity = { nationalCode: string; day: string; month: string; year: string };

type ReadIdentity =
  | { outcome: 'read'; nationalCode: NationalCode; birthDate: string }
  | { outcome: 'faults'; nationalCode?: 'missing' | 'malformed'; birthDate?: 'missing' | 'malformed' };

/** National code and Jalali date in any digits; the birth date comes out in ISO. Whether they belong together only the registry knows. */
export function readTypedIdentity(typed: TypedIdentity): ReadIdentity {
  const nationalCode = readNationalCode(typed.nationalCode);
  const birthDate = readJalaliDate(typed);
  if (nationalCode !== undefined && birthDate !== undefined) return { outcome: 'read', nationalCode, birthDate };
  const isDateMissing = [typed.day, typed.month, typed.year].some((part) => part.trim() === '');
  return {
    outcome: 'faults',
    ...(nationalCode === undefined && { nationalCode: typed.nationalCode.trim() === '' ? 'missing' : 'malformed' }),
    ...(birthDate === undefined && { birthDate: isDateMissing ? 'missing' : 'malformed' }),
  };
}
