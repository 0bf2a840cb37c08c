import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';

test.each([
  '09121234567',
  '9121234567',
  '00989121234567',
  '+989121234567',
  '۰۹۱۲۱۲۳۴۵۶۷',
  '٠٩١٢١٢٣٤٥٦٧',
  '+98 (912) 123-4567',
  '\u200e+98 912 123 4567\u200f',
])('%s is one number in E.164', (typed) => {
  expect(readMobileNumber(typed)).toBe('+989121234567');
});

test.each([
  '',
  '0912123456',
  '091212345678',
  '02188776655',
  '+14155550100',
  '0912a234567',
  '++989121234567',
  '0 9 1 2',
])('"%s" is no mobile number', (typed) => {
  expect(readMobileNumber(typed)).toBeUndefined();
});

test('no prefix of an operator is refused, because numbers are ported', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (subscriber) => {
      const digits = String(subscriber).padStart(9, '0');
      return readMobileNumber(`09${digits}`) === `+989${digits}`;
    }),
  );
});
