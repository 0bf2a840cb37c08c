import { describe, expect, test } from 'vitest';
import { readBirthDate } from '#proofing/birth-date.ts';
import { canonicalJson } from '#proofing/evidence.ts';
import { readJalaliDate } from '#proofing/jalali.ts';
import { maskPhone } from '#proofing/journey.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

describe('a typed Jalali date', () => {
  const read = (typed: string) => {
    const [year = '', month = '', day = ''] = typed.split('/');
    return readJalaliDate({ year, month, day });
  };

  test.each([
    // Around the leap years 1403 and 1408, and those that people are born in.
    ['1403/12/30', '2025-03-20'],
    ['1404/1/1', '2025-03-21'],
    ['1408/1/1', '2029-03-20'],
    ['1408/12/30', '2030-03-20'],
    ['1370/1/1', '1991-03-21'],
    ['1379/12/30', '2001-03-20'],
    ['1300/01/01', '1921-03-21'],
  ])('%s is %s', (jalali, iso) => {
    expect(read(jalali)).toBe(iso);
  });

  test.each(['۱۳۷۹/۱۲/۳۰', '١٣٧٩/١٢/٣٠', ' 1379 / 12 / 30 ', '1379/۱۲/\u200f30', '1379/012/0030'])(
    '%s is read in its digits',
    (typed) => {
      expect(read(typed)).toBe('2001-03-20');
    },
  );

  test.each([
    '1404/12/30',
    '1380/7/31',
    '1380/13/1',
    '1380/0/1',
    '1380/1/0',
    '1379-12-30',
    '79/12/30',
    '2001/3/20',
    '1380/1/1e0',
    '1380/-1/1',
    '1380/1',
    '',
  ])('%s is no day', (typed) => {
    expect(read(typed)).toBeUndefined();
  });
});

describe('a birth date', () => {
  const clock = createFakeClock(Date.parse('2026-03-21T06:30:00Z'));

  test.each(['2026-03-21', '2004-02-29', '1890-01-01'])('%s can be one', (date) => {
    expect(readBirthDate(date, clock)).toBe(date);
  });
  test.each([
    '2026-03-22',
    '2003-02-29',
    '2003-02-30',
    '1889-12-31',
    '2003-6-25',
    '2003-06-25T00:00:00Z',
    ' 2003-06-25',
    'x',
    '',
  ])('%s cannot', (date) => {
    expect(readBirthDate(date, clock)).toBeUndefined();
  });
});

test('of a number people see the last four digits', () => {
  expect(maskPhone('+989123456789')).toBe('+98••••••6789');
});

test('one answer has one form, whatever the order of its members', () => {
  const one = canonicalJson({ b: [{ d: 1, c: 2 }], a: null });
  expect(one).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe(one);
  expect(canonicalJson({ a: null, b: [{ c: 2, d: '1' }] })).not.toBe(one);
});
