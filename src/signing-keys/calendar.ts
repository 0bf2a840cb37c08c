import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';

/** When a planned rotation may happen: while the people who would notice a fault are at their desks. */
export type WorkingHours =
  | {
      timeZone: string;
      /** In English, three letters, as Intl names them. */
      days: readonly string[];
      /** Hours of the day in that time zone; a rotation is planned for `from` and may be caught up before `until`. */
      from: number;
      until: number;
    }
  | 'always';

/** Iran's working week, without the half day of Thursday. */
export const iranianWorkingHours: WorkingHours = {
  timeZone: 'Asia/Tehran',
  days: ['Sat', 'Sun', 'Mon', 'Tue', 'Wed'],
  from: 10,
  until: 15,
};

/** A time in which no other key begins to sign as planned: entrance examinations, course selection, elections. */
export type Freeze = { from: number; until: number; reason: string };

type Calendar = { workingHours: WorkingHours; freezes: readonly Freeze[] };

export function freezeAt(at: number, freezes: readonly Freeze[]): Freeze | undefined {
  return freezes.find(({ from, until }) => from <= at && at < until);
}

export function isOpen(at: number, { workingHours, freezes }: Calendar): boolean {
  if (freezeAt(at, freezes) !== undefined) return false;
  if (workingHours === 'always') return true;
  const { day, sinceMidnight } = localTime(at, workingHours.timeZone);
  return (
    workingHours.days.includes(day) &&
    sinceMidnight >= workingHours.from * HOUR &&
    sinceMidnight < workingHours.until * HOUR
  );
}

/** The first opening at or after a moment. Looks two years ahead, then gives that day: nothing may be put off for ever. */
export function nextOpening(at: number, calendar: Calendar): number {
  const { workingHours, freezes } = calendar;
  let candidate = at;
  while (candidate < at + 730 * DAY) {
    const frozen = freezeAt(candidate, freezes);
    candidate = frozen?.until ?? candidate;
    if (workingHours === 'always') {
      if (frozen === undefined) return candidate;
      continue;
    }
    candidate = openingHour(candidate, workingHours);
    if (isOpen(candidate, calendar)) return candidate;
    if (freezeAt(candidate, freezes) === undefined) candidate += 1 * MINUTE;
  }
  return candidate;
}

/** The first time at or after `at` that the clock on the wall shows the opening hour. */
function openingHour(at: number, { timeZone, from }: Exclude<WorkingHours, 'always'>): number {
  const { sinceMidnight } = localTime(at, timeZone);
  const wait = from * HOUR - sinceMidnight;
  return at + (wait >= 0 ? wait : wait + DAY);
}

function localTime(at: number, timeZone: string): { day: string; sinceMidnight: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((it) => it.type === type)?.value ?? '';
  const clock = Number(part('hour')) * HOUR + Number(part('minute')) * MINUTE + Number(part('second')) * SECOND;
  return { day: part('weekday'), sinceMidnight: clock + (at % SECOND) };
}
