import type { Text } from './text/text.ts';

/** How long to wait, rounded up, so that whoever waits as told is not refused again. */
export function waitingTime(text: Text, ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds <= 90) return text.common.seconds(seconds);
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? text.common.minutes(minutes) : text.enrolment.hours(Math.ceil(minutes / 60));
}
