import { normaliseDigits } from '#platform/persian-text.ts';

/** An Iranian mobile number in E.164: +989 and nine digits. */
export type MobileNumber = string & { readonly brand: 'MobileNumber' };

const SEPARATORS = /[\s\-().\u2010-\u2015\u200c\u200e\u200f\u061c]/g;

/** The ways people write it: 0912…, 912…, 0098912…, +98912…. */
const TYPED_NUMBER = /^(?:0|0098|\+98)?(9\d{9})$/;

/** Undefined when it is no mobile number. Operator prefixes are not looked at: numbers are ported between operators. */
export function readMobileNumber(typed: string): MobileNumber | undefined {
  const subscriber = TYPED_NUMBER.exec(normaliseDigits(typed).replace(SEPARATORS, ''))?.[1];
  return subscriber === undefined ? undefined : brand(`+98${subscriber}`);
}

function brand(number: string): MobileNumber {
  return number as MobileNumber;
}
