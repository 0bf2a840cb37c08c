import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readNationalCode } from '#citizens/national-code.ts';

import vectors from './national-codes.json' with { type: 'json' };

const nineDigits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 9, maxLength: 9 });

/** The rule that is found all over the web: the weighted sum over all ten digits is a multiple of eleven. */
function widelyCopiedRule(code: string): boolean {
  const sum = [...code].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  return sum % 11 === 0;
}

const anyText = fc.array(fc.nat(0x10ffff)).map((codePoints) => String.fromCodePoint(...codePoints));

describe('golden vectors', () => {
  const valid = [...vectors.valid, ...vectors.remainderOne, ...vectors.remainderZero, ...vectors.leadingZero];

  test.each(valid)('%s is a national code', (code) => {
    expect(readNationalCode(code)).toBe(code);
  });

  test.each([...vectors.invalidCheckDigit, ...vectors.invalidEqualDigits, ...vectors.invalidShape])(
    '"%s" is none',
    (typed) => {
      expect(readNationalCode(typed)).toBeUndefined();
    },
  );

  test.each([...vectors.shortened, ...vectors.typed])('"$typed" is read as $canonical', ({ typed, canonical }) => {
    expect(readNationalCode(typed)).toBe(canonical);
  });

  test('control: the widely copied rule refuses every code with remainder one', () => {
    expect(vectors.remainderOne.length).toBeGreaterThan(0);
    expect(vectors.remainderOne.filter(widelyCopiedRule)).toEqual([]);
  });
});

describe('for any digits', () => {
  test('exactly one check digit makes nine digits a code, unless all would be equal', () => {
    fc.assert(
      fc.property(nineDigits, (digits) => {
        const codes = [...'0123456789'].filter((last) => readNationalCode(digits + last) !== undefined);
        return codes.length === 1 || (codes.length === 0 && new Set(digits).size === 1);
      }),
    );
  });

  test('one wrong digit is always noticed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...vectors.valid), fc.nat(9), fc.integer({ min: 1, max: 9 }), (code, at, by) => {
        const wrong = [...code];
        wrong[at] = String((Number(code[at]) + by) % 10);
        // Padding and remainders 0 and 1 share check digits only with other sums, so a single slip cannot land on a code
        // unless the remainders 10 and 1 meet: both ask for the check digit 1.
        const isSharedCheckDigit = code[9] === '1';
        return isSharedCheckDigit || readNationalCode(wrong.join('')) === undefined;
      }),
    );
  });

  test('what was read is read again as itself, in any digits and with any separators', () => {
    const inDigits = (zero: number) => (code: string) =>
      code.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
    const typists = [
      inDigits(0x30),
      inDigits(0x6f0),
      inDigits(0x660),
      (code: string) => ` ${code.split('').join('-')} `,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...vectors.valid), fc.constantFrom(...typists), (code, type) => {
        return readNationalCode(type(code)) === code;
      }),
    );
  });

  test('no text makes the reader throw', () => {
    fc.assert(fc.property(anyText, (text) => /^\d{10}$/.test(readNationalCode(text) ?? '0000000000')));
  });
});
