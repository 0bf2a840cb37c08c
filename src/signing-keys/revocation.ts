import type { RingSnapshot } from './key-ring.ts';
import type { Perform, SigningKeyEvents } from './perform-act.ts';
import { planRevocation } from './plans.ts';
import type { RevocationsStore } from './revocations-store.ts';
import { samePerson } from './revocations-store.ts';
import type { SigningKeysStore } from './signing-keys-store.ts';
import { stateOf } from './states.ts';

type RevocationRefused =
  | { outcome: 'unknown-key' }
  | { outcome: 'already-revoked' }
  | { outcome: 'not-requested' }
  | { outcome: 'same-person'; person: string };

export type RevocationAsked =
  | { outcome: 'requested'; kid: string }
  | { outcome: 'already-requested'; kid: string; person: string }
  | RevocationRefused;

/**
 * The emergency: one person asks for it and says why, another one agrees, and from that moment the key is out.
 * Whoever holds the database could do it alone; two names keep one person from doing it by mistake or under pressure.
 */
export function createRevocation({
  store,
  revocations,
  perform,
  events,
  isRehearsal,
}: {
  store: SigningKeysStore;
  revocations: RevocationsStore;
  perform: Perform;
  events: SigningKeyEvents;
  isRehearsal: boolean;
}) {
  return {
    async requestRevocation({
      kid,
      reason,
      by,
    }: {
      kid: string;
      reason: string;
      by: string;
    }): Promise<RevocationAsked> {
      const snapshot = await store.readRing();
      const refused = whyNot(snapshot, kid);
      if (refused !== undefined) return refused;
      const other = await revocations.findRequest({ kid, now: snapshot.now });
      if (other !== undefined && other.person !== samePerson(by))
        return { outcome: 'already-requested', kid, person: other.person };
      if (isRehearsal) return { outcome: 'requested', kid };
      await revocations.saveRequest({ kid, person: by, reason, at: snapshot.now });
      await events.changed?.({ act: 'request-revocation', by, epoch: snapshot.epoch, kids: [kid] });
      return { outcome: 'requested', kid };
    },

    async approveRevocation({ kid, by }: { kid: string; by: string }) {
      const snapshot = await store.readRing();
      const request = await revocations.findRequest({ kid, now: snapshot.now });
      const refused = whyNot(snapshot, kid);
      if (refused !== undefined) return refused;
      if (request === undefined) return { outcome: 'not-requested' as const };
      if (request.person === samePerson(by)) return { outcome: 'same-person' as const, person: request.person };
      const { reason } = request;
      return perform<RevocationRefused>({
        act: 'revoke',
        by: `${request.person} + ${samePerson(by)}`,
        plan: (fresh, spare) => whyNot(fresh, kid) ?? planRevocation(fresh.rows, { kid, reason }, spare),
        also: {
          alongside: (transaction) =>
            revocations.saveApproval(transaction, { kid, person: by, reason, at: snapshot.now }),
        },
      });
    },

    /** What a second person may still agree to. */
    async openRequests() {
      const snapshot = await store.readRing();
      const requests = await revocations.listRequests({ now: snapshot.now });
      return requests.filter(({ kid }) => whyNot(snapshot, kid) === undefined);
    },
  };
}

function whyNot({ rows }: RingSnapshot, kid: string): RevocationRefused | undefined {
  const row = rows.find((it) => it.kid === kid);
  if (row === undefined) return { outcome: 'unknown-key' };
  return stateOf(row) === 'REVOKED' ? { outcome: 'already-revoked' } : undefined;
}
