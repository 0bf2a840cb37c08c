import { expect, test } from 'vitest';
import { readTypedDay } from '#console/typed-day.ts';

test.each([
  ['1403/12/30', '2025-03-20'],
  ['۱۴۰۴/۱/۱', '2025-03-21'],
  ['١٤٠٨/٠١/٠١', '2029-03-20'],
  [' 1408-12-30 ', '2030-03-20'],
  ['2026-01-31', '2026-01-31'],
  ['۲۰۲۶-۰۱-۳۱', '2026-01-31'],
])('a day is read in either calendar and any digits: %s', (typed, iso) => {
  expect(readTypedDay(typed)).toBe(iso);
});

test.each(['', '1404/12/30', '1404/13/1', '2026-02-30', '1404/1', '1404/1/1/1', 'امروز', '2026-1e-01'])(
  'what is no day is not read: %j',
  (typed) => {
    expect(readTypedDay(typed)).toBeUndefined();
  },
);
