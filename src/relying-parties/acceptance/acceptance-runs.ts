import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { RelyingParty } from '../relying-party.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { AcceptanceGate } from './gate.ts';
import type { Occasion, Run, RunWithResults } from './run.ts';
import type { AcceptanceRunsStore } from './runs-store.ts';
import type { SetupsStore } from './setups-store.ts';

type Started =
  | { outcome: 'started'; run: Run }
  /** One at a time: this is the one that is under way. */
  | { outcome: 'under-way'; run: Run }
  | { outcome: 'not-found' }
  /** Nobody has said where a sign-in starts. */
  | { outcome: 'no-setup' }
  | { outcome: 'too-many'; retryAfterMs: number };

export type AcceptanceRuns = ReturnType<typeof createAcceptanceRuns>;

type Needs = {
  store: AcceptanceRunsStore;
  setups: Pick<SetupsStore, 'find'>;
  gate: AcceptanceGate;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** There is something to do here, at once. */
  wake(): void;
  audit: Pick<AuditEvents, 'acceptanceAsked'>;
  clock: Clock;
};

/** A run is some three hundred requests to the issuer and as many to the relying party: enough for every push of a CI. */
const BUDGETS = [
  { within: 1 * MINUTE, most: 3 },
  { within: 1 * HOUR, most: 30 },
];
const LISTED = 50;

/** The verbs over acceptance, for the console, the API and the gate alike. */
export function createAcceptanceRuns({ store, setups, gate, findRelyingParty, wake, audit, clock }: Needs) {
  return {
    /** @param by a citizen's id, `client:<id>` for a program, or a program of ours */
    async start({
      clientId,
      by,
      occasion = 'asked',
    }: {
      clientId: string;
      by: string;
      occasion?: Occasion;
    }): Promise<Started> {
      const relyingParty = await findRelyingParty(clientId);
      if (relyingParty === undefined) return { outcome: 'not-found' };
      if (occasion === 'asked') {
        // What nobody asked for is begun all the same, and says why it is broken.
        if ((await setups.find(clientId)) === undefined) return { outcome: 'no-setup' };
        const underWay = await store.findUnderWay(clientId);
        if (underWay !== undefined) return { outcome: 'under-way', run: underWay };
        const spent = await findSpentBudget(clientId);
        if (spent !== undefined) return { outcome: 'too-many', retryAfterMs: spent };
      }
      const run: Run = {
        id: rowId(),
        clientId,
        revision: relyingParty.revision,
        fingerprint: fingerprintOf(relyingParty),
        occasion,
        askedBy: by,
        askedAt: clock.now(),
        state: 'waiting',
      };
      const isNew = await store.add(run);
      wake();
      if (isNew) {
        void audit.acceptanceAsked({ clientId, by, runId: run.id, occasion });
        return { outcome: 'started', run };
      }
      const other = await store.findUnderWay(clientId);
      // It has ended between the two looks.
      return other === undefined ? this.start({ clientId, by, occasion }) : { outcome: 'under-way', run: other };
    },

    find: (runId: string): Promise<RunWithResults | undefined> => store.find(runId),

    /** Newest first, without the cases. */
    listOf: (clientId: string): Promise<Run[]> => store.listOf(clientId, { limit: LISTED }),

    isGreen: gate.isGreen,
  };

  async function findSpentBudget(clientId: string): Promise<number | undefined> {
    for (const { within, most } of BUDGETS) {
      if ((await store.countSince(clientId, clock.now() - within)) >= most) return within;
    }
    return undefined;
  }
}
