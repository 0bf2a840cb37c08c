import type { Mishap } from './mishaps.ts';
import type { Timing, Weakness } from './timing.ts';
import type { Pace } from './traffic.ts';

/** What happens in a run, in this order. */
export type Block =
  | { do: 'warm-up' | 'calm' | 'rotating'; seconds: number }
  /** One instance after the other; in an emergency, the signing key is revoked while the instance is away. */
  | { do: 'storm'; mishaps: readonly { mishap: Mishap; inEmergency?: boolean }[] }
  | { do: 'emergency'; alg: string }
  /** For the negative controls: no keys in the key set for one second; an emergency when the standbys are gone; three rotations in one moment. */
  | { do: 'empty-set' | 'emergency-without-standby' | 'rotations-at-once' };

export type Plan = {
  timing: Timing;
  citizens: number;
  pace: Pace;
  /** Of each kind of relying party, and the threads they share. */
  relyingParties: number;
  threads: number;
  /** How often every relying party verifies one token, from its arrival to its end: 2 at least. */
  timesEach: number;
  blocks: readonly Block[];
  /** When all is over and judged, these protections are taken away on the same live run, and have to be missed. */
  controls?: readonly Control[];
};

export type Control = Extract<Block, { do: 'empty-set' | 'emergency-without-standby' | 'rotations-at-once' }>['do'];

const oneOfEach: Extract<Block, { do: 'storm' }>['mishaps'] = [
  { mishap: 'killed' },
  { mishap: 'stopped' },
  { mishap: 'cut off' },
  { mishap: 'ended' },
  { mishap: 'stopped', inEmergency: true },
  { mishap: 'killed' },
  { mishap: 'cut off', inEmergency: true },
];

const pace: Pace = { walks: 12, everyMs: 200, signOutEveryMs: 700 };

export const fullPlan: Plan = {
  timing: 'pressed',
  citizens: 900,
  pace,
  relyingParties: 8,
  threads: 2,
  timesEach: 10,
  blocks: [
    { do: 'warm-up', seconds: 10 },
    ...Array.from({ length: 4 }, (): Block[] => [
      { do: 'calm', seconds: 15 },
      { do: 'rotating', seconds: 15 },
    ]).flat(),
    { do: 'storm', mishaps: oneOfEach },
    { do: 'emergency', alg: 'RS256' },
  ],
};

/** For every CI run: short, and everything that counts happens once. */
export const shortPlan: Plan = {
  timing: 'pressed',
  citizens: 120,
  pace: { ...pace, signOutEveryMs: 500 },
  relyingParties: 4,
  threads: 1,
  timesEach: 2,
  blocks: [
    { do: 'warm-up', seconds: 1 },
    { do: 'rotating', seconds: 14 },
    { do: 'storm', mishaps: [{ mishap: 'killed' }] },
  ],
  controls: ['empty-set', 'emergency-without-standby'],
};

/**
 * The emergency as it would be: src/main.ts with production's own windows, polling and fence, a ring as `keys init` makes it,
 * and relying parties that keep their copies for 24 real hours.
 */
export const drillPlan: Plan = {
  citizens: shortPlan.citizens,
  pace: shortPlan.pace,
  relyingParties: shortPlan.relyingParties,
  threads: shortPlan.threads,
  timesEach: shortPlan.timesEach,
  timing: 'production',
  blocks: [
    { do: 'warm-up', seconds: 3 },
    { do: 'emergency', alg: 'ES256' },
  ],
};

/** Short, because a missing protection shows at once. */
export function controlPlan(weakness: Weakness): Plan {
  return {
    ...shortPlan,
    timing: weakness,
    controls: [],
    blocks: [{ do: 'warm-up', seconds: 1 }, ...controlBlocks[weakness]],
  };
}

const controlBlocks: Record<Weakness, readonly Block[]> = {
  'propagation-0': [{ do: 'rotations-at-once' }],
  'retention-0': [{ do: 'rotating', seconds: 11 }],
  'no-standby': [{ do: 'emergency-without-standby' }],
  'empty-set': [{ do: 'empty-set' }],
  'no-fence': [{ do: 'storm', mishaps: [{ mishap: 'cut off', inEmergency: true }] }],
};
