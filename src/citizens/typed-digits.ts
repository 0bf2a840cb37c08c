import { createHash } from 'node:crypto';

import { normaliseDigits } from '#platform/persian-text.ts';

/** Blanks, dashes and the invisible marks that come along when digits are copied out of a message. */
const SEPARATORS = /[\s\-\u2010-\u2015\u200b-\u200f\u061c\ufeff]/g;

/** A code of so many digits as a person types it, in Persian, Arabic or ASCII digits; undefined when it is none. */
export function readDigits(typed: string, length: number): string | undefined {
  // Nobody types this much: what is longer is not looked at.
  if (typed.length > 10 * length) return undefined;
  const digits = normaliseDigits(typed).replace(SEPARATORS, '');
  return digits.length === length && /^\d+$/.test(digits) ? digits : undefined;
}

/** Comparing digests takes the same time wherever the first difference lies. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return digest(one).equals(digest(other));
}
