import { isOpen, nextOpening, type WorkingHours } from './calendar.ts';
import { algorithmsOf, type RingSnapshot, rotationReadyAt, rowsIn, withdrawableAt } from './key-ring.ts';
import { isEmpty, planMissingStandbys, planRotation, planWithdrawal, type Spare, standIns, together } from './plans.ts';
import type { RingChange } from './states.ts';
import type { Windows } from './windows.ts';

/** What will happen by itself, and from when on. `lateMs` is how long ago it should have happened. */
export type Upcoming = { step: 'rotate' | 'withdraw'; alg: string; kid: string; at: number; lateMs: number };

/** Everything that is planned, soonest first. `kid` is the key that begins to sign, or the one that leaves the key set. */
export function upcoming(snapshot: RingSnapshot, windows: Windows, workingHours: WorkingHours): Upcoming[] {
  const late = (at: number) => Math.max(0, snapshot.now - at);
  return algorithmsOf(snapshot.rows)
    .flatMap((alg) => {
      const rotation = plannedRotation(snapshot, windows, workingHours, alg);
      const withdrawals = rowsIn(snapshot.rows, { alg, state: 'RETIRING' }).map((row) => ({
        step: 'withdraw' as const,
        kid: row.kid,
        at: withdrawableAt(row, snapshot, windows),
      }));
      return [...(rotation ? [{ step: 'rotate' as const, ...rotation }] : []), ...withdrawals].map((it) => ({
        ...it,
        alg,
        lateMs: late(it.at),
      }));
    })
    .sort((a, b) => a.at - b.at);
}

/** What is due at this moment, as one change: a missed step is caught up here, in the next working hour. */
export function planDue(
  snapshot: RingSnapshot,
  windows: Windows,
  workingHours: WorkingHours,
  spare: Spare,
): RingChange {
  const due = upcoming(snapshot, windows, workingHours).filter(({ at }) => at <= snapshot.now);
  const rotations = isOpen(snapshot.now, { workingHours, freezes: snapshot.freezes })
    ? due.filter(({ step }) => step === 'rotate')
    : [];
  const withdrawals = due.filter(({ step }) => step === 'withdraw').map(({ kid }) => kid);
  return together([
    ...rotations.map(({ alg }) => planRotation(snapshot.rows, alg, spare)),
    planWithdrawal(withdrawals),
    // A rotation brings its own standby; asked together they would publish one too many.
    ...(rotations.length > 0 ? [] : [planMissingStandbys(snapshot.rows, spare)]),
  ]);
}

/** Asked on every poll, so it makes no keys. */
export function isAnythingDue(snapshot: RingSnapshot, windows: Windows, workingHours: WorkingHours): boolean {
  return !isEmpty(planDue(snapshot, windows, workingHours, standIns().spare));
}

/** How late the latest planned rotation is, in milliseconds: 0 is healthy, more than a day is worth waking somebody. */
export function lateness(snapshot: RingSnapshot, windows: Windows, workingHours: WorkingHours): number {
  return Math.max(0, ...upcoming(snapshot, windows, workingHours).map(({ lateMs }) => lateMs));
}

function plannedRotation(
  snapshot: RingSnapshot,
  windows: Windows,
  workingHours: WorkingHours,
  alg: string,
): { kid: string; at: number } | undefined {
  const [standby] = rowsIn(snapshot.rows, { alg, state: 'PUBLISHED' });
  if (standby === undefined) return undefined;
  const [active] = rowsIn(snapshot.rows, { alg, state: 'ACTIVE' });
  const arrived = rotationReadyAt(alg, snapshot, windows);
  // An arriving algorithm waits for nothing but its own propagation.
  const earliest =
    active === undefined ? arrived : Math.max((active.marks.activated ?? 0) + windows.rotationInterval, arrived);
  return { kid: standby.kid, at: nextOpening(earliest, { workingHours, freezes: snapshot.freezes }) };
}
