import type { RelyingParty } from '../relying-party.ts';
import { type AcceptanceGate, GRACE } from './gate.ts';
import type { LapsesStore } from './lapses-store.ts';
import type { Run } from './run.ts';
import type { AcceptanceRunsStore } from './runs-store.ts';

/** How a relying party stands with acceptance. Times are milliseconds since 1970. */
export type Standing = {
  isGreen: boolean;
  /** The entry that is tried for it: itself, or its test entry. */
  testedAs: string;
  latest?: Run | undefined;
  /** Live, and a rerun was not green: until `graceUntil` the university mends it, and then the ministry decides. */
  lapse?: { since: number; graceUntil: number; ministryAskedAt?: number | undefined } | undefined;
};

type Needs = {
  gate: AcceptanceGate;
  store: Pick<AcceptanceRunsStore, 'findLatestEnded'>;
  lapses: Pick<LapsesStore, 'find'>;
};

export function createStandings({ gate, store, lapses }: Needs) {
  return async ({ clientId, testedAs = clientId }: Pick<RelyingParty, 'clientId' | 'testedAs'>): Promise<Standing> => {
    const [isGreen, latest, lapse] = await Promise.all([
      gate.isGreen(testedAs),
      store.findLatestEnded(testedAs),
      lapses.find(clientId),
    ]);
    return {
      isGreen,
      testedAs,
      ...(latest !== undefined && { latest }),
      ...(lapse !== undefined && {
        lapse: { since: lapse.since, graceUntil: lapse.since + GRACE, ministryAskedAt: lapse.ministryAskedAt },
      }),
    };
  };
}
