import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';

/** How long a key stays in each state, in milliseconds. `readWindows` refuses what could break a relying party. */
export type Windows = {
  /** Cache-Control of /jwks. */
  jwksMaxAge: number;
  /** The longest that any relying party was told it may keep our key set. */
  relyingPartyCache: number;
  /** PUBLISHED to ACTIVE. */
  propagation: number;
  /** ACTIVE to RETIRING, when nothing hurries it. */
  rotationInterval: number;
  /** RETIRING to ARCHIVED. */
  retention: number;
  /** How long an archived key still verifies our own id_token_hint, counted from when it was archived. */
  archive: number;
  /** The longest life of any JWT these keys sign. */
  longestToken: number;
  longestSession: number;
  /** The longest life of a cookie that is signed: a browser session, from sign-in to its absolute end. */
  longestCookie: number;
  /** What other settings make the least possible. */
  floors: { propagation: number; retention: number; cookiePropagation: number; cookieRetention: number };
};

export type ChosenWindows = Partial<Omit<Windows, 'floors'>>;

export const defaultWindows = {
  jwksMaxAge: 300 * SECOND,
  relyingPartyCache: 24 * HOUR,
  propagation: 14 * DAY,
  rotationInterval: 90 * DAY,
  retention: 14 * DAY,
  archive: 400 * DAY,
  longestToken: 1 * HOUR,
  longestSession: 14 * DAY,
  longestCookie: 24 * HOUR,
} satisfies ChosenWindows;

/** A response may carry a max-age up to a tenth longer than the setting, `jwks.ts`. */
export const LONGEST_MAX_AGE = 1.1;

/** What the floors are made of. Only a benchmark that compresses days into seconds has a reason to pass others. */
type Margins = typeof usualMargins;

const usualMargins = {
  jwksMaxAgeFloor: 60 * SECOND,
  /** Beyond an hour, a cache between us and a relying party would outlive an emergency. */
  jwksMaxAgeCeiling: 3600 * SECOND,
  /** How far behind an instance may be before it fences itself, `create-signing-keys.ts`. */
  nodeSync: 60 * SECOND,
  /** For clocks that disagree, and for the flight of a response. */
  propagation: 5 * MINUTE,
  retention: 10 * MINUTE,
};

export class WindowsRefused extends Error {}

/** What the person who reads a refusal has to change. */
const settingOf: Partial<Record<keyof ChosenWindows, string>> = {
  jwksMaxAge: 'PANJEREH_JWKS_MAX_AGE_SECONDS',
  relyingPartyCache: 'PANJEREH_RELYING_PARTY_CACHE_HOURS',
  propagation: 'PANJEREH_KEY_PROPAGATION_DAYS',
  rotationInterval: 'PANJEREH_KEY_ROTATION_DAYS',
  retention: 'PANJEREH_KEY_RETENTION_DAYS',
  archive: 'PANJEREH_KEY_ARCHIVE_DAYS',
};

/** Fills in the defaults and computes the floors. Throws WindowsRefused with every fault at once. */
export function readWindows(chosen: ChosenWindows = {}, margins: Margins = usualMargins): Windows {
  const all = { ...defaultWindows, ...chosen };
  const floors = floorsFor(all, margins);
  const faults = [
    tooSmall(
      'jwksMaxAge',
      all.jwksMaxAge,
      margins.jwksMaxAgeFloor,
      'shorter, and every relying party asks all the time',
    ),
    all.jwksMaxAge > margins.jwksMaxAgeCeiling &&
      `${settingOf.jwksMaxAge} is ${inWords(all.jwksMaxAge)}, but may be ${inWords(margins.jwksMaxAgeCeiling)} at most: a revoked key would be trusted for longer`,
    tooSmall(
      'propagation',
      all.propagation,
      floors.propagation,
      'a relying party may hold a key set that old, and would refuse the new key',
    ),
    tooSmall(
      'rotationInterval',
      all.rotationInterval,
      2 * all.propagation,
      'the standby key must be everywhere before it signs, with as much to spare',
    ),
    tooSmall('retention', all.retention, floors.retention, 'tokens signed by the old key live that long'),
    tooSmall('archive', all.archive, all.longestSession, 'a session may end with an id_token_hint from its first day'),
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new WindowsRefused(`the windows of the signing keys are not safe: ${faults.join('; ')}`);
  return { ...all, floors };
}

/** What other windows make the least possible. */
export function floorsFor(
  all: Pick<Windows, 'relyingPartyCache' | 'jwksMaxAge' | 'longestToken' | 'longestCookie'>,
  margins: Margins = usualMargins,
): Windows['floors'] {
  return {
    propagation: all.relyingPartyCache + all.jwksMaxAge * LONGEST_MAX_AGE + margins.nodeSync + margins.propagation,
    retention: all.longestToken + margins.nodeSync + margins.retention,
    // Nobody but our own instances verifies a cookie.
    cookiePropagation: margins.nodeSync + margins.propagation,
    cookieRetention: all.longestCookie + margins.nodeSync + margins.retention,
  };
}

function tooSmall(name: keyof ChosenWindows, value: number, floor: number, why: string): string | false {
  // NaN compares false with everything, so the question is asked this way round.
  return (
    !(value >= floor) &&
    `${settingOf[name] ?? name} is ${inWords(value)}, but must be at least ${inWords(floor)}: ${why}`
  );
}

/** Rounded up to the minute above an hour, as `24 h 12 min`. */
function inWords(milliseconds: number): string {
  if (!(milliseconds >= 2 * HOUR)) return `${Math.ceil(milliseconds / SECOND)} s`;
  const minutes = Math.ceil(milliseconds / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (hours % 24 === 0 && minutes % 60 === 0) return `${hours / 24} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
