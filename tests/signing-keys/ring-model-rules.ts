import { DAY, SECOND } from '#platform/durations.ts';
import { type RingSnapshot, rowsIn } from '#signing-keys/key-ring.ts';
import { noChange, type Spare, standIns } from '#signing-keys/plans.ts';
import { type KeyRow, type RingChange, stateOf } from '#signing-keys/states.ts';
import { readWindows, type Windows } from '#signing-keys/windows.ts';

export const ALG = 'ES256';

export type Node = { snapshot: RingSnapshot; readAt: number; windows: Windows; isHanging: boolean };
export type HeldSet = { kids: ReadonlySet<string>; fetchedAt: number; until: number };
export type Token = { kid: string; signedAt: number; expiresAt: number };

export const FENCE_AFTER = 60 * SECOND;
export const STARTS_AT = Date.parse('2026-03-21T06:30:00Z');
/** A shared cache between us and a relying party may hold a response for this long. */
export const HTTP_CACHE = 330 * SECOND;

export type ModelEvent =
  | { do: 'wait'; ms: number }
  | { do: 'sign'; node: number }
  | { do: 'rotate' }
  | { do: 'revoke' }
  | { do: 'hang' | 'wake' | 'restart'; node: number }
  | { do: 'fetch'; relyingParty: number; node: number }
  | { do: 'settings'; variant: number }
  | { do: 'skew'; ms: number };

/** What a control takes away. */
export type Weakness = 'none' | 'no-propagation' | 'no-retention' | 'no-standby' | 'empty-set' | 'no-fence';

export type ModelOptions = { weakness: Weakness; variants: readonly Windows[] };

/** What most others do: the new key signs the moment it exists. */
export function publishAndSign(snapshot: RingSnapshot, windows: Windows, spare: Spare): RingChange {
  const [active] = rowsIn(snapshot.rows, { alg: ALG, state: 'ACTIVE' });
  if (active === undefined || snapshot.now < (active.marks.activated ?? 0) + windows.rotationInterval) return noChange;
  return {
    add: [{ key: spare(ALG), marks: ['published', 'activated'] }],
    mark: [{ kid: active.kid, mark: 'retired' }],
  };
}

/** Keys by number, whose private half says so. */
export function modelKeys(): Spare {
  const { spare, wanted } = standIns();
  return (alg) => {
    const key = { ...spare(alg), kid: `key-${wanted.length}` };
    return { ...key, sealedPrivate: `private half of ${key.kid}` };
  };
}

/** What must never be true of the rows, whatever happened. */
export function complaintsAbout(rows: readonly KeyRow[], revoked: ReadonlyMap<string, number>): string[] {
  const signing = rowsIn(rows, { alg: ALG, state: 'ACTIVE' }).length;
  const careless = rows.filter(
    (row) => !['STAGED', 'PUBLISHED', 'ACTIVE'].includes(stateOf(row)) && row.sealedPrivate !== undefined,
  );
  const returned = rows.filter((row) => revoked.has(row.kid) && stateOf(row) !== 'REVOKED');
  return [
    ...(signing === 1 ? [] : [`${signing} keys sign`]),
    ...careless.map((row) => `${row.kid} is ${stateOf(row)} and keeps its private half`),
    ...returned.map((row) => `${row.kid} came back after its revocation`),
  ];
}

/** Windows as the weakness makes them: a control is a setting that readWindows would refuse. */
export function weakened(windows: Windows, weakness: Weakness): Windows {
  if (weakness === 'no-propagation')
    return { ...windows, propagation: 0, floors: { ...windows.floors, propagation: 0 } };
  if (weakness === 'no-retention') return { ...windows, retention: 0, floors: { ...windows.floors, retention: 0 } };
  return windows;
}

/** At the floor, with nothing to spare. */
export function tightWindows(chosen: { relyingPartyCache: number; longestToken: number }): Windows {
  const { floors } = readWindows({ ...chosen, propagation: 40 * DAY, rotationInterval: 80 * DAY });
  return readWindows({ ...chosen, ...floors, rotationInterval: 2 * floors.propagation });
}
