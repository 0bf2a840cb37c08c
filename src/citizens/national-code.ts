import { normaliseDigits } from '#platform/persian-text.ts';

/**
 * کد ملی in its one canonical form: ten ASCII digits with a right check digit. It is guessable and personal: never a
 * subject, never in a URL, a log, a metric or an audit event. A valid code need not exist; only the civil registry knows.
 */
export type NationalCode = string & { readonly brand: 'NationalCode' };

/** Blanks, dashes and the invisible marks that come along when a code is copied out of right-to-left text. */
const SEPARATORS = /[\s\-\u2010-\u2015\u200c\u200e\u200f\u061c]/g;

const EQUAL_DIGITS = /^(\d)\1{9}$/;

/**
 * Reads what a person typed, in Persian, Arabic or ASCII digits, with or without separators. Spreadsheets and old
 * systems drop leading zeros, so 8 or 9 digits are padded, here and nowhere else. Undefined when no citizen can have it.
 */
export function readNationalCode(typed: string): NationalCode | undefined {
  const digits = normaliseDigits(typed).replace(SEPARATORS, '');
  if (!/^\d{8,10}$/.test(digits)) return undefined;
  const code = digits.padStart(10, '0');
  return isNationalCode(code) ? code : undefined;
}

function isNationalCode(code: string): code is NationalCode {
  return !EQUAL_DIGITS.test(code) && Number(code[9]) === checkDigit(code);
}

/** The sum of d1…d9 weighted 10…2, modulo 11: remainders 0 and 1 stand for themselves, any other for 11 minus itself. */
function checkDigit(code: string): number {
  const sum = [...code.slice(0, 9)].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const remainder = sum % 11;
  return remainder < 2 ? remainder : 11 - remainder;
}
