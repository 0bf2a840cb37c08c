import { DAY, HOUR, SECOND } from '#platform/durations.ts';
import type { Freeze, WorkingHours } from './calendar.ts';
import { iranianWorkingHours } from './calendar.ts';
import { type ChosenWindows, readWindows, type Windows, WindowsRefused } from './windows.ts';

/** The settings of the keys as the environment has them; undefined is the default. */
type KeySettings = {
  jwksMaxAgeSeconds?: number | undefined;
  relyingPartyCacheHours?: number | undefined;
  propagationDays?: number | undefined;
  rotationDays?: number | undefined;
  retentionDays?: number | undefined;
  archiveDays?: number | undefined;
  /** `Sat Sun Mon Tue Wed 10-15 Asia/Tehran`, or `always`. */
  workingHours?: string | undefined;
  /** `2027-06-20T00:00+03:30/2027-07-05T00:00+03:30 entrance examination; …` */
  freezes?: string | undefined;
};

/** How long what the keys sign may live, milliseconds; from the table of lifetimes. */
type SignedLives = Pick<Windows, 'longestToken' | 'longestSession' | 'longestCookie'>;

type KeySchedule = { windows: Windows; workingHours: WorkingHours; freezes: readonly Freeze[] };

/**
 * What the keys are kept by. `longestPromise` is the longest that a single relying party was told it may keep our key
 * set, where that is longer than for everybody. Throws WindowsRefused with every fault at once.
 */
export function readKeySettings(
  settings: KeySettings,
  { longestPromise = 0, lives }: { longestPromise?: number; lives?: SignedLives } = {},
): KeySchedule {
  const faults: string[] = [];
  const attempt = <Value>(read: () => Value, instead: Value): Value => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof WindowsRefused)) throw error;
      faults.push(error.message);
      return instead;
    }
  };
  const schedule = {
    windows: attempt(() => readWindows({ ...chosenWindows(settings, longestPromise), ...lives }), readWindows()),
    workingHours: attempt(() => readWorkingHours(settings.workingHours), iranianWorkingHours),
    freezes: attempt(() => readFreezes(settings.freezes), []),
  };
  if (faults.length > 0) throw new WindowsRefused(faults.join('; '));
  return schedule;
}

function chosenWindows(settings: KeySettings, longestPromise: number): ChosenWindows {
  const inMs = (value: number | undefined, unit: number) => (value === undefined ? undefined : value * unit);
  const relyingPartyCache = Math.max(inMs(settings.relyingPartyCacheHours, HOUR) ?? 24 * HOUR, longestPromise);
  const chosen = {
    jwksMaxAge: inMs(settings.jwksMaxAgeSeconds, SECOND),
    propagation: inMs(settings.propagationDays, DAY),
    rotationInterval: inMs(settings.rotationDays, DAY),
    retention: inMs(settings.retentionDays, DAY),
    archive: inMs(settings.archiveDays, DAY),
  };
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { relyingPartyCache, ...Object.fromEntries(given) };
}

const DAYS = ['Sat', 'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

function readWorkingHours(text: string | undefined): WorkingHours {
  if (text === undefined) return iranianWorkingHours;
  if (text === 'always') return 'always';
  const [, days = '', from = '', until = '', timeZone = ''] =
    /^((?:[A-Z][a-z]{2}\s+)+)(\d{1,2})-(\d{1,2})\s+(\S+)$/.exec(text) ?? [];
  const hours = { timeZone, days: days.trim().split(/\s+/), from: Number(from), until: Number(until) };
  const isUsable =
    days !== '' && hours.days.every((day) => DAYS.includes(day)) && hours.from < hours.until && hours.until <= 24;
  if (!isUsable || !isTimeZone(timeZone))
    throw new WindowsRefused(
      `PANJEREH_KEY_WORKING_HOURS is "${text}", but must look like "Sat Sun Mon Tue Wed 10-15 Asia/Tehran", or be "always"`,
    );
  return hours;
}

function readFreezes(text = ''): Freeze[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, from = '', until = '', reason = ''] = /^([^\s/]+)\/(\S+)\s+(.+)$/.exec(part) ?? [];
      const freeze = { from: Date.parse(from), until: Date.parse(until), reason };
      if (!(freeze.from < freeze.until))
        throw new WindowsRefused(
          `PANJEREH_KEY_FREEZES holds "${part}", but each part must look like "2027-06-20T00:00+03:30/2027-07-05T00:00+03:30 entrance examination"`,
        );
      return freeze;
    });
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
