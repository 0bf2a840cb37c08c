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
  /** What other settings make the least possible. */
  floors: { propagation: number; retention: number };
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
} satisfies ChosenWindows;

/** What the floors are made of. Only a benchmark that compresses days into seconds has a reason to pass others. */
export type Margins = typeof usualMargins;

export const usualMargins = {
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

/** Fills in the defaults and computes the floors. Throws WindowsRefused with every fault at once. */
export function readWindows(chosen: ChosenWindows = {}, margins: Margins = usualMargins): Windows {
  const all = { ...defaultWindows, ...chosen };
  const floors = {
    // A response may carry a max-age up to a tenth longer than the setting.
    propagation: all.relyingPartyCache + all.jwksMaxAge * 1.1 + margins.nodeSync + margins.propagation,
    retention: all.longestToken + margins.nodeSync + margins.retention,
  };
  const faults = [
    tooSmall(
      'jwksMaxAge',
      all.jwksMaxAge,
      margins.jwksMaxAgeFloor,
      'shorter, and every relying party asks all the time',
    ),
    all.jwksMaxAge > margins.jwksMaxAgeCeiling &&
      `jwksMaxAge is ${inWords(all.jwksMaxAge)}, but may be ${inWords(margins.jwksMaxAgeCeiling)} at most: a revoked key would be trusted for longer`,
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

function tooSmall(name: string, value: number, floor: number, why: string): string | false {
  // NaN compares false with everything, so the question is asked this way round.
  return !(value >= floor) && `${name} is ${inWords(value)}, but must be at least ${inWords(floor)}: ${why}`;
}

function inWords(milliseconds: number): string {
  if (milliseconds % DAY === 0) return `${milliseconds / DAY} d`;
  if (milliseconds % HOUR === 0) return `${milliseconds / HOUR} h`;
  return `${milliseconds / SECOND} s`;
}
