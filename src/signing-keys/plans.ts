import { algorithmsOf, rowsIn } from './key-ring.ts';
import type { KeyRow, RingChange } from './states.ts';
import { stateOf } from './states.ts';

/**
 * Every change the ring can go through, as pure functions from the rows to the change. `spare` hands out one new key
 * of an algorithm; it is asked only when no staged one is waiting.
 */
export type Spare = (alg: string) => KeyRow;

export const noChange: RingChange = { add: [], mark: [] };

/** The first ring: one key signs, the next is published beside it from the first moment on. */
export function planFirstRing(algorithms: readonly string[], spare: Spare): RingChange {
  return {
    add: algorithms.flatMap((alg) => [
      { key: spare(alg), marks: ['published' as const, 'activated' as const] },
      { key: spare(alg), marks: ['published' as const] },
    ]),
    mark: [],
  };
}

/** A further algorithm: two keys are published, and nobody signs until relying parties have them. */
export function planArrival(alg: string, spare: Spare): RingChange {
  return { add: [1, 2].map(() => ({ key: spare(alg), marks: ['published' as const] })), mark: [] };
}

export function planStaging(alg: string, spare: Spare): RingChange {
  return { add: [{ key: spare(alg), marks: [] }], mark: [] };
}

/** The standby signs, the key before it only verifies, and the next standby is published in the same step. */
export function planRotation(rows: readonly KeyRow[], alg: string, spare: Spare): RingChange {
  const [standby] = rowsIn(rows, { alg, state: 'PUBLISHED' });
  if (standby === undefined) return noChange;
  const retiring = rowsIn(rows, { alg, state: 'ACTIVE' });
  const change: RingChange = {
    add: [],
    mark: [
      ...retiring.map(({ kid }) => ({ kid, mark: 'retired' as const })),
      { kid: standby.kid, mark: 'activated' as const },
    ],
  };
  return withStandby(rows, change, { alg, without: [standby.kid], spare });
}

/** Out of the key set at once. If it was the key that signs, the standby takes over in the same step. */
export function planRevocation(
  rows: readonly KeyRow[],
  { kid, reason }: { kid: string; reason: string },
  spare: Spare,
): RingChange {
  const row = rows.find((it) => it.kid === kid);
  if (row === undefined || stateOf(row) === 'REVOKED') return noChange;
  const revocation: RingChange = { add: [], mark: [{ kid, mark: 'revoked', reason }] };
  const { alg } = row;
  const standby = rowsIn(rows, { alg, state: 'PUBLISHED' }).find((it) => it.kid !== kid);
  switch (stateOf(row)) {
    case 'ACTIVE':
      if (standby === undefined)
        return {
          add: [
            { key: spare(alg), marks: ['published', 'activated'] },
            { key: spare(alg), marks: ['published'] },
          ],
          mark: revocation.mark,
        };
      return withStandby(
        rows,
        { add: [], mark: [...revocation.mark, { kid: standby.kid, mark: 'activated' }] },
        { alg, without: [standby.kid], spare },
      );
    case 'PUBLISHED':
      return withStandby(rows, revocation, { alg, without: [kid], spare });
    default:
      return revocation;
  }
}

export function planWithdrawal(kids: readonly string[]): RingChange {
  return { add: [], mark: kids.map((kid) => ({ kid, mark: 'archived' as const })) };
}

export function together(changes: readonly RingChange[]): RingChange {
  return { add: changes.flatMap(({ add }) => add), mark: changes.flatMap(({ mark }) => mark) };
}

export function isEmpty({ add, mark }: RingChange): boolean {
  return add.length === 0 && mark.length === 0;
}

/** An algorithm that signs, or will sign, always has a published key that does not sign yet. */
export function planMissingStandbys(rows: readonly KeyRow[], spare: Spare): RingChange {
  const inUse = algorithmsOf(rows).filter((alg) => rowsIn(rows, { alg, state: 'ACTIVE' }).length > 0);
  return together(inUse.map((alg) => withStandby(rows, noChange, { alg, without: [], spare })));
}

function withStandby(
  rows: readonly KeyRow[],
  change: RingChange,
  { alg, without, spare }: { alg: string; without: readonly string[]; spare: Spare },
): RingChange {
  const another = rowsIn(rows, { alg, state: 'PUBLISHED' }).some(({ kid }) => !without.includes(kid));
  if (another) return change;
  const [staged] = rowsIn(rows, { alg, state: 'STAGED' });
  if (staged !== undefined) return { ...change, mark: [...change.mark, { kid: staged.kid, mark: 'published' }] };
  return { ...change, add: [...change.add, { key: spare(alg), marks: ['published'] }] };
}
