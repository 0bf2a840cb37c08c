import { expect, test } from 'vitest';
import { formatDate, formatTime, machineTime } from '#views/dates.ts';

test.each([
  ['2025-03-20', '۳۰ اسفند ۱۴۰۳'],
  ['2025-03-21', '۱ فروردین ۱۴۰۴'],
  ['2029-03-20', '۱ فروردین ۱۴۰۸'],
  ['2030-03-20', '۳۰ اسفند ۱۴۰۸'],
])('%s is %s, at the turn of leap years too', (iso, jalali) => {
  expect(formatDate('fa', Date.parse(`${iso}T08:30:00Z`))).toBe(jalali);
});

test('the day changes at midnight in Tehran, not in Greenwich', () => {
  const lastMinute = Date.parse('2025-03-20T20:29:00Z');
  expect([formatDate('fa', lastMinute), formatTime('fa', lastMinute)]).toEqual(['۳۰ اسفند ۱۴۰۳', '۲۳:۵۹']);
  expect([formatDate('fa', lastMinute + 60_000), formatTime('fa', lastMinute + 60_000)]).toEqual([
    '۱ فروردین ۱۴۰۴',
    '۰۰:۰۰',
  ]);
});

test('summers after 2022 have no daylight saving, summers before had', () => {
  expect(formatTime('en', Date.parse('2025-07-01T12:00:00Z'))).toBe('15:30');
  expect(formatTime('en', Date.parse('2021-07-01T12:00:00Z'))).toBe('16:30');
});

test('English pages use the Gregorian calendar', () => {
  expect(formatDate('en', Date.parse('2025-03-20T08:30:00Z'))).toBe('20 March 2025');
});

test('machines read ISO 8601 in UTC', () => {
  expect(machineTime(Date.parse('2025-03-20T20:30:05Z'))).toBe('2025-03-20T20:30:05Z');
});
