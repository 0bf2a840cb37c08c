import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { iranianWorkingHours, isOpen, nextOpening } from '#signing-keys/calendar.ts';

const calendar = { workingHours: iranianWorkingHours, freezes: [] };
const tehran = (local: string) => Date.parse(`${local}+03:30`);
const newYear = { from: tehran('2026-03-21T00:00'), until: tehran('2026-04-03T00:00'), reason: 'Nowruz' };

test.each([
  ['a Monday before ten opens at ten', '2026-05-04T07:00', '2026-05-04T10:00'],
  ['a Monday at ten is open', '2026-05-04T10:00', '2026-05-04T10:00'],
  ['a Monday after ten opens on Tuesday', '2026-05-04T10:01', '2026-05-05T10:00'],
  ['a Wednesday afternoon opens on Saturday', '2026-05-06T16:00', '2026-05-09T10:00'],
  ['a Friday opens on Saturday', '2026-05-08T10:00', '2026-05-09T10:00'],
])('%s', (_rule, at, opens) => {
  expect(nextOpening(tehran(at), calendar)).toBe(tehran(opens));
});

test('a freeze moves the opening to the first working day after it', () => {
  expect(nextOpening(tehran('2026-03-25T10:00'), { ...calendar, freezes: [newYear] })).toBe(tehran('2026-04-04T10:00'));
});

test('two freezes that touch are one', () => {
  const more = { from: newYear.until - 1 * HOUR, until: newYear.until + 8 * DAY, reason: 'examination' };
  const opens = nextOpening(tehran('2026-03-25T10:00'), { ...calendar, freezes: [newYear, more] });
  expect(opens).toBe(tehran('2026-04-11T10:00'));
});

test('a missed rotation may be caught up until three in the afternoon', () => {
  expect(isOpen(tehran('2026-05-04T14:59'), calendar)).toBe(true);
  expect(isOpen(tehran('2026-05-04T15:00'), calendar)).toBe(false);
  expect(isOpen(tehran('2026-05-07T11:00'), calendar)).toBe(false);
});

test('from any moment the opening is at ten, open, and at most four days away, also where clocks are changed', () => {
  const berlin = { timeZone: 'Europe/Berlin', days: ['Mon', 'Tue', 'Wed', 'Thu'], from: 10, until: 15 };
  const somewhen = fc.integer({ min: tehran('2026-01-01T00:00') / MINUTE, max: tehran('2030-01-01T00:00') / MINUTE });
  fc.assert(
    fc.property(somewhen, fc.constantFrom(iranianWorkingHours, berlin), (minute, workingHours) => {
      const at = minute * MINUTE;
      const opens = nextOpening(at, { workingHours, freezes: [] });
      expect(isOpen(opens, { workingHours, freezes: [] })).toBe(true);
      expect(isOpen(opens - 1, { workingHours, freezes: [] })).toBe(false);
      expect(opens - at).toBeLessThanOrEqual(4 * DAY + 1 * HOUR);
      expect(opens).toBeGreaterThanOrEqual(at);
    }),
  );
});
