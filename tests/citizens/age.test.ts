import { expect, test } from 'vitest';
import { ageInTehran } from '#citizens/age.ts';

test.each([
  // Born on 1387/1/2, and 1405/1/2 is a day later in the Gregorian year. 20:30 UTC is midnight in Tehran.
  ['2008-03-21', '2026-03-21T20:29:59Z', 17],
  ['2008-03-21', '2026-03-21T20:30:00Z', 18],
  ['1990-03-21', '2025-03-20T20:29:59Z', 34],
  ['1990-03-21', '2025-03-20T20:30:00Z', 35],
  // Born on the 30th of Esfand 1403: 1421 has no such day, so it is the first of Farvardin 1422.
  ['2025-03-20', '2043-03-20T12:00:00Z', 17],
  ['2025-03-20', '2043-03-21T12:00:00Z', 18],
  ['2026-11-24', '2026-11-24T08:00:00Z', 0],
])('born on %s, at %s: %i', (birthDate, at, age) => {
  expect(ageInTehran(birthDate, Date.parse(at))).toBe(age);
});
