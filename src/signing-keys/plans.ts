import { algorithmsOf, rowsIn } from './key-ring.ts';
import { applyChange, type KeyRow, type RingChange, stateOf } from './states.ts';

/**
 * Every change the ring can go through, as pure functions from the rows to the change. `spare` hands out one new key
 * of an algorithm; it is asked only when no staged one is waiting.
 */
export type Spare = (alg: string) => KeyRow;

/** Hands out keys that are none: shows what a plan would do, and how many real keys it would take. */
export function standIns(): { spare: Spare; wanted: string[] } {
  const wanted: string[] = [];
  const spare: Spare = (alg) => {
    wanted.push(alg);
    const kid = `stand-in-${wanted.length}`;
    return { kid, alg, publicJwk: {}, sealedPrivate: undefined, stagedAt: 0, marks: {}, revocationReason: undefined };
  };
  return { spare, wanted };
}

/**
 * One to take over, and one that every relying party already has when it did: with a single standby, the weeks after
 * each rotation would be weeks in which an emergency costs an outage.
 */
const STANDBYS = 2;

export const noChange: RingChange = { add: [], mark: [] };

/** The first ring: one key signs, and its standbys are published beside it from the first moment on. */
export function planFirstRing(algorithms: readonly string[], spare: Spare): RingChange {
  return together(algorithms.map((alg) => withStandbys([], newSigner(alg, spare), { alg, spare })));
}

/** A ring that begins with a key that was in use before there was a ring. */
export function planAdoption(key: KeyRow, spare: Spare): RingChange {
  const adopted: RingChange = { add: [{ key, marks: ['published', 'activated'] }], mark: [] };
  return withStandbys([], adopted, { alg: key.alg, spare });
}

/** A further algorithm: its keys are published, and nobody signs until relying parties have them. */
export function planArrival(alg: string, spare: Spare): RingChange {
  const keys = Array.from({ length: 1 + STANDBYS }, () => spare(alg));
  return { add: keys.map((key) => ({ key, marks: ['published'] })), mark: [] };
}

export function planStaging(alg: string, spare: Spare): RingChange {
  return { add: [{ key: spare(alg), marks: [] }], mark: [] };
}

/** The oldest standby signs, the key before it only verifies, and the next standby is published in the same step. */
export function planRotation(rows: readonly KeyRow[], alg: string, spare: Spare): RingChange {
  const [standby] = rowsIn(rows, { alg, state: 'PUBLISHED' });
  if (standby === undefined) return noChange;
  const retired = rowsIn(rows, { alg, state: 'ACTIVE' }).map(({ kid }) => ({ kid, mark: 'retired' as const }));
  const change: RingChange = { add: [], mark: [...retired, { kid: standby.kid, mark: 'activated' }] };
  return withStandbys(rows, change, { alg, spare });
}

/** Out of the key set at once. If it was the key that signs, the oldest standby takes over in the same step. */
export function planRevocation(
  rows: readonly KeyRow[],
  { kid, reason }: { kid: string; reason: string },
  spare: Spare,
): RingChange {
  const row = rows.find((it) => it.kid === kid);
  if (row === undefined || stateOf(row) === 'REVOKED') return noChange;
  const { alg } = row;
  const revocation: RingChange = { add: [], mark: [{ kid, mark: 'revoked', reason }] };
  if (stateOf(row) === 'PUBLISHED') return withStandbys(rows, revocation, { alg, spare });
  if (stateOf(row) !== 'ACTIVE') return revocation;
  const [standby] = rowsIn(rows, { alg, state: 'PUBLISHED' });
  const successor = standby
    ? { add: [], mark: [{ kid: standby.kid, mark: 'activated' as const }] }
    : newSigner(alg, spare);
  return withStandbys(rows, together([revocation, successor]), { alg, spare });
}

export function planWithdrawal(kids: readonly string[]): RingChange {
  return { add: [], mark: kids.map((kid) => ({ kid, mark: 'archived' as const })) };
}

/** An algorithm that signs, or will sign, always has standbys; they were lost only if somebody wrote to the table. */
export function planMissingStandbys(rows: readonly KeyRow[], spare: Spare): RingChange {
  const inUse = algorithmsOf(rows).filter((alg) => rowsIn(rows, { alg, state: 'ACTIVE' }).length > 0);
  return together(inUse.map((alg) => withStandbys(rows, noChange, { alg, spare })));
}

export function together(changes: readonly RingChange[]): RingChange {
  return { add: changes.flatMap(({ add }) => add), mark: changes.flatMap(({ mark }) => mark) };
}

export function isEmpty({ add, mark }: RingChange): boolean {
  return add.length === 0 && mark.length === 0;
}

/** Only where no standby is left: it signs before anybody could have learnt it. */
function newSigner(alg: string, spare: Spare): RingChange {
  return { add: [{ key: spare(alg), marks: ['published', 'activated'] }], mark: [] };
}

/** The change, and the publication of as many standbys as it leaves missing; staged keys go first. */
function withStandbys(
  rows: readonly KeyRow[],
  change: RingChange,
  { alg, spare }: { alg: string; spare: Spare },
): RingChange {
  const after = applyChange(rows, change, 0);
  const missing = Math.max(0, STANDBYS - rowsIn(after, { alg, state: 'PUBLISHED' }).length);
  const staged = rowsIn(after, { alg, state: 'STAGED' }).slice(0, missing);
  const fresh = Array.from({ length: missing - staged.length }, () => spare(alg));
  return {
    add: [...change.add, ...fresh.map((key) => ({ key, marks: ['published' as const] }))],
    mark: [...change.mark, ...staged.map(({ kid }) => ({ kid, mark: 'published' as const }))],
  };
}
