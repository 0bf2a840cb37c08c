import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import type { RelyingParty } from '../relying-party.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { AcceptanceRunsStore } from './runs-store.ts';

/** A relying party that is live is tried again so often, and has so long to mend what a rerun finds. */
export const RERUN_EVERY = 30 * DAY;
export const GRACE = 14 * DAY;

export type AcceptanceGate = {
  /** The latest run that ended is green, about what is registered now, and no older than a rerun with its grace may be. */
  isGreen(clientId: string): Promise<boolean>;
};

type Needs = {
  store: Pick<AcceptanceRunsStore, 'findLatestEnded'>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  clock: Clock;
};

export function createAcceptanceGate({ store, findRelyingParty, clock }: Needs): AcceptanceGate {
  return {
    async isGreen(clientId) {
      const [relyingParty, latest] = await Promise.all([findRelyingParty(clientId), store.findLatestEnded(clientId)]);
      if (relyingParty === undefined || latest === undefined) return false;
      const isFresh = clock.now() - latest.askedAt < RERUN_EVERY + GRACE;
      return latest.state === 'green' && isFresh && latest.fingerprint === fingerprintOf(relyingParty);
    },
  };
}
