import type { Clock } from '#platform/clock.ts';

export type FakeClock = Clock & {
  /** Moves time forward by milliseconds. */
  advance(milliseconds: number): void;
  /** Moves time to milliseconds since 1970. */
  moveTo(milliseconds: number): void;
};

/** Stands still until it is moved. Starts at a whole second, so that seconds in tokens are easy to foretell. */
export function createFakeClock(startsAt = Date.parse('2026-03-21T06:30:00Z')): FakeClock {
  let now = startsAt;
  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    moveTo(milliseconds) {
      now = milliseconds;
    },
  };
}
