import { inSeconds } from '#platform/durations.ts';
import { freezeAt, type WorkingHours } from './calendar.ts';
import { algorithmsOf, knownToAllAt, type RingSnapshot, rowsIn, withdrawableAt } from './key-ring.ts';
import { lateness, type Upcoming, upcoming } from './schedule.ts';
import { COOKIES, type KeyRow, type KeyState, stateOf } from './states.ts';
import type { Windows } from './windows.ts';

/** What a security officer wants to know; times in milliseconds since 1970, by the database's clock. */
export type RingStatus = {
  epoch: number;
  now: number;
  algorithms: AlgorithmStatus[];
  /** Undefined before there is a ring of cookies. */
  cookies: AlgorithmStatus | undefined;
  retiring: { kid: string; alg: string; leavesAt: number }[];
  counts: Record<KeyState, number>;
  revoked: { kid: string; alg: string; at: number; reason: string }[];
  frozen: { until: number; reason: string } | undefined;
  lateMs: number;
};

export type AlgorithmStatus = {
  alg: string;
  signing: { kid: string; since: number } | undefined;
  standby: { kid: string; publishedAt: number; everywhereAt: number; isEverywhere: boolean } | undefined;
  next: Upcoming | undefined;
  revocation: RevocationCost;
};

export type RevocationCost = {
  /** Whether every relying party already has the key that would take over. */
  isSeamless: boolean;
  /** Until when a relying party that does not fetch again on an unknown kid may refuse new tokens. */
  refusedUntil: number | undefined;
  /** Tokens signed within this time before the revocation stop being accepted. Seconds. */
  tokensLostSeconds: number;
  /** The latest moment at which a relying party that keeps its promise may still trust the revoked key. */
  trustedUntil: number;
};

export function ringStatus(snapshot: RingSnapshot, windows: Windows, workingHours: WorkingHours): RingStatus {
  const { rows, now } = snapshot;
  const plan = upcoming(snapshot, windows, workingHours);
  const freeze = freezeAt(now, snapshot.freezes);
  const rings = algorithmsOf(rows)
    .filter((alg) => (['PUBLISHED', 'ACTIVE'] as const).some((state) => rowsIn(rows, { alg, state }).length > 0))
    .map((alg) =>
      algorithmStatus(snapshot, windows, { alg, next: plan.find((it) => it.alg === alg && it.step === 'rotate') }),
    );
  return {
    epoch: snapshot.epoch,
    now,
    algorithms: rings.filter(({ alg }) => alg !== COOKIES),
    cookies: rings.find(({ alg }) => alg === COOKIES),
    retiring: inState(rows, 'RETIRING').map((row) => ({
      kid: row.kid,
      alg: row.alg,
      leavesAt: withdrawableAt(row, snapshot, windows),
    })),
    counts: countStates(rows),
    revoked: inState(rows, 'REVOKED').map((row) => ({
      kid: row.kid,
      alg: row.alg,
      at: row.marks.revoked ?? 0,
      reason: row.revocationReason ?? '',
    })),
    frozen: freeze && { until: freeze.until, reason: freeze.reason },
    lateMs: lateness(snapshot, windows, workingHours),
  };
}

function algorithmStatus(
  snapshot: RingSnapshot,
  windows: Windows,
  { alg, next }: { alg: string; next: Upcoming | undefined },
): AlgorithmStatus {
  const [active] = rowsIn(snapshot.rows, { alg, state: 'ACTIVE' });
  const [standby] = rowsIn(snapshot.rows, { alg, state: 'PUBLISHED' });
  const everywhere = standby && knownToAllAt(standby, snapshot, windows);
  return {
    alg,
    signing: active && { kid: active.kid, since: active.marks.activated ?? 0 },
    standby: standby && {
      kid: standby.kid,
      publishedAt: standby.marks.published ?? 0,
      everywhereAt: everywhere ?? 0,
      isEverywhere: everywhere !== undefined && everywhere <= snapshot.now,
    },
    next,
    revocation: revocationCost({ now: snapshot.now, everywhere }, windows),
  };
}

function revocationCost(
  { now, everywhere }: { now: number; everywhere: number | undefined },
  windows: Windows,
): RevocationCost {
  const isSeamless = everywhere !== undefined && everywhere <= now;
  return {
    isSeamless,
    // Without a standby, a key made in the emergency has to travel the whole way.
    refusedUntil: isSeamless ? undefined : (everywhere ?? now + windows.floors.propagation),
    tokensLostSeconds: inSeconds(windows.longestToken),
    trustedUntil: now + windows.floors.propagation,
  };
}

function inState(rows: readonly KeyRow[], state: KeyState): KeyRow[] {
  return rows.filter((row) => stateOf(row) === state);
}

function countStates(rows: readonly KeyRow[]): Record<KeyState, number> {
  const counts: Record<KeyState, number> = { STAGED: 0, PUBLISHED: 0, ACTIVE: 0, RETIRING: 0, ARCHIVED: 0, REVOKED: 0 };
  for (const row of rows) counts[stateOf(row)] += 1;
  return counts;
}
