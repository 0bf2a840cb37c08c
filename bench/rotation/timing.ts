import { HOUR, SECOND } from '#platform/durations.ts';
import type { KeyTiming } from '#root/services/keeping-keys.ts';
import { readWindows, type Windows } from '#signing-keys/windows.ts';

/**
 * Time pressed together: 24 hours, for which a relying party may keep our keys, become one second. HTTP, JWTs and a
 * busy machine put a limit to the rest (max-age and exp count whole seconds). The windows are the floors that
 * `readWindows` computes from it with nothing to spare: the hardest timing that the product's own rules allow.
 */
export const DAY_HERE = 1 * SECOND;

/** Of access tokens this is the real life, from their resource's row. ID and logout tokens are consumed on arrival, and count for as long. */
export const TOKEN_LIFE = 5 * SECOND;

/** Stands for the 5 minutes by which clocks may be wrong: half of the margin, the other half is for the flight. */
export const CLOCK_ERROR_HERE = 300;

/** 60 s in production. Shorter, and a machine busy with other work fences every instance at once. */
const fenceAfterMs = 5 * SECOND;

const margins = {
  jwksMaxAgeFloor: 1 * SECOND,
  jwksMaxAgeCeiling: 5 * SECOND,
  nodeSync: fenceAfterMs,
  propagation: 2 * CLOCK_ERROR_HERE,
  retention: 1 * SECOND,
};

/** A hint to sign out may be an hour old here: longer than the run. */
const promises = {
  // Between 1.08 s and 1.32 s in a response, which is max-age=1.
  jwksMaxAge: 1.2 * SECOND,
  relyingPartyCache: DAY_HERE,
  longestToken: TOKEN_LIFE,
  longestSession: 1 * HOUR,
  archive: 1 * HOUR,
};

const { floors } = readWindows(promises, margins);

export const pressedWindows: Windows = readWindows(
  { ...promises, ...floors, rotationInterval: 2 * floors.propagation },
  margins,
);

/** What a negative control takes away, in this benchmark's own instances alone. */
export const weaknesses = ['propagation-0', 'retention-0', 'no-standby', 'empty-set', 'no-fence'] as const;
export type Weakness = (typeof weaknesses)[number];

/** Pressed together; pressed together and weakened; or left as it is, which src/main.ts has. */
export type Timing = 'pressed' | Weakness | 'production';

/** Production polls every 5 s; the run drills an emergency with that, too. */
const pollEveryMs = 0.4 * SECOND;

export function timingFor(name: Exclude<Timing, 'production'>): Required<KeyTiming> {
  const timing = { windows: pressedWindows, pollEveryMs, fenceAfterMs, workingHours: 'always' as const };
  switch (name) {
    case 'propagation-0':
      return { ...timing, windows: withoutWindow('propagation') };
    case 'retention-0':
      return { ...timing, windows: withoutWindow('retention') };
    case 'no-fence':
      return { ...timing, fenceAfterMs: 24 * HOUR };
    default:
      return timing;
  }
}

/** What `readWindows` would refuse. */
function withoutWindow(window: 'propagation' | 'retention'): Windows {
  return { ...pressedWindows, [window]: 0, floors: { ...pressedWindows.floors, [window]: 0 } };
}
