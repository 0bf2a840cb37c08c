import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { startRounds } from '#platform/rounds.ts';
import { type DomainLookups, type ProofMissing, publishedProof } from './domain-lookups.ts';
import { CHECK_EVERY } from './domain-proofs.ts';
import type { DomainClaim, DomainProofsStore } from './domain-proofs-store.ts';

type Needs = {
  store: Pick<DomainProofsStore, 'takeDue' | 'noteChecked'>;
  lookups: DomainLookups;
  audit: Pick<AuditEvents, 'organisationDomainChanged'>;
  clock: Clock;
  onError(error: unknown): void;
};

const LOOK_EVERY = 1 * HOUR;
/** Longer than a round of this many can take: 3 s for each look, two tries. */
const LEASE = 1 * HOUR;
const IN_A_ROUND = 50;
const TRY_AGAIN = 1 * DAY;
/** Time for the people who were told to put back what was tidied away. */
const GRACE = 14 * DAY;
/** Nobody answers: that may as well be our own network, or a war. */
const GRACE_OF_SILENCE = 60 * DAY;

/**
 * Every month each proof is looked at again, by one instance. When it is no longer there, that is noted at once and
 * looked at daily; when it stays away the proof ends, and nothing new is accepted under that domain.
 */
export function createDomainRechecks({ store, lookups, audit, clock, onError }: Needs) {
  const rounds = startRounds({ work: look, everyMs: LOOK_EVERY, onError });
  return { look, stop: rounds.stop };

  async function look(): Promise<void> {
    const now = clock.now();
    for (;;) {
      const due = await store.takeDue({ at: now, leasedUntil: now + LEASE, limit: IN_A_ROUND });
      for (const claim of due) await lookAt(claim);
      if (due.length < IN_A_ROUND) return;
    }
  }

  async function lookAt(claim: DomainClaim): Promise<void> {
    const { organisationId, domain, method = 'dns' } = claim;
    const missing = await lookups.find(method, publishedProof(claim));
    const at = clock.now();
    const failingSince = missing === undefined ? undefined : (claim.failingSince ?? at);
    const isLost = missing !== undefined && at - (failingSince ?? at) >= graceOf(missing);
    const nextCheckAt = at + (missing === undefined ? CHECK_EVERY : TRY_AGAIN);
    await store.noteChecked({ organisationId, domain, at, nextCheckAt, failingSince, isLost });
    const act = actOf({ isMissing: missing !== undefined, wasMissing: claim.failingSince !== undefined, isLost });
    if (act !== undefined) void audit.organisationDomainChanged({ organisationId, domain, by: 'registry', act });
  }
}

function graceOf(missing: ProofMissing): number {
  return missing === 'unreachable' || missing === 'answered-with-an-error' ? GRACE_OF_SILENCE : GRACE;
}

function actOf({ isMissing, wasMissing, isLost }: { isMissing: boolean; wasMissing: boolean; isLost: boolean }) {
  if (isLost) return 'lost';
  if (isMissing === wasMissing) return undefined;
  return isMissing ? 'not-found-again' : 'found-again';
}
