import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';
import type { Failure } from './failure-reasons.ts';
import { type ErrorCount, type HealthStore, KEPT_FOR } from './health-store.ts';
import type { KeyNotice } from './key-notices.ts';
import type { RelyingParty } from './relying-party.ts';

/** What became of the logouts that were owed in a period. */
export type LogoutRate = {
  owed: number;
  delivered: number;
  /** Given up after a day, or refused. */
  dead: number;
  waiting: number;
  /** Delivered of those that are settled, 0 to 1; absent where none is. */
  successRate?: number | undefined;
};

/** How a relying party fares, for its university and for the ministry. Times are milliseconds since 1970. */
export type Health = {
  clientId: string;
  lastSignInAt?: number | undefined;
  lastTokenAt?: number | undefined;
  /** Of the last 30 days, the most frequent reason first. */
  errors: readonly ErrorCount[];
  /** Days in UTC, as in 2026-01-31, oldest first; those without a failure are left out. */
  errorsByDay: readonly { day: string; count: number }[];
  /** How long ago this instance fetched the key set behind jwks_uri; absent without one, or where it never could. */
  keySetAgeMs?: number | undefined;
  /** Expired keys among them, and a key set that cannot be fetched. */
  keyNotices: readonly { notice: KeyNotice; noticedAt: number }[];
  logout: LogoutRate & { lastDay: LogoutRate; takesPart: boolean };
};

export type RelyingPartyHealth = ReturnType<typeof createRelyingPartyHealth>;

type Needs = {
  store: Pick<HealthStore, 'findUses' | 'countErrors' | 'countErrorsByDay' | 'listByReference' | 'listFailures'>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** Milliseconds; undefined where this instance has not fetched it. */
  keySetAgeMs(uri: string): number | undefined;
  listKeyNotices(): Promise<readonly { clientId: string; notice: KeyNotice; noticedAt: number }[]>;
  countLogouts(of: { clientId: string; since: number }): Promise<{ owed: number; delivered: number; dead: number }>;
  clock: Clock;
};

export function createRelyingPartyHealth({
  store,
  findRelyingParty,
  keySetAgeMs,
  listKeyNotices,
  countLogouts,
  clock,
}: Needs) {
  return {
    /** Undefined where there is no such relying party. */
    async healthOf(clientId: string): Promise<Health | undefined> {
      const relyingParty = await findRelyingParty(clientId);
      if (relyingParty === undefined) return undefined;
      const now = clock.now();
      const since = now - KEPT_FOR;
      const [uses, errors, errorsByDay, notices, month, day] = await Promise.all([
        store.findUses(clientId),
        store.countErrors({ clientId, since }),
        store.countErrorsByDay({ clientId, since }),
        listKeyNotices(),
        countLogouts({ clientId, since }),
        countLogouts({ clientId, since: now - DAY }),
      ]);
      const { jwks_uri: keySetUri, backchannel_logout_uri: logoutUri } = relyingParty.metadata;
      return {
        clientId,
        ...uses,
        errors,
        errorsByDay,
        ...(keySetUri === undefined ? {} : { keySetAgeMs: keySetAgeMs(keySetUri) }),
        keyNotices: notices
          .filter((notice) => notice.clientId === clientId)
          .map(({ notice, noticedAt }) => ({ notice, noticedAt })),
        logout: { ...rateOf(month), lastDay: rateOf(day), takesPart: logoutUri !== undefined },
      };
    },

    /**
     * One failed request, by the reference that its page showed. Only for those who answer for the relying party: undefined
     * for a reference of another organisation just as for one that does not exist.
     */
    async findFailure({
      reference,
      organisationId,
      clientId,
    }: {
      reference: string;
      organisationId: string;
      clientId?: string | undefined;
    }): Promise<Failure | undefined> {
      const typed = reference.trim().toUpperCase();
      if (!/^[A-Z2-9]{10}$/.test(typed)) return undefined;
      const found = await store.listByReference({ reference: typed, since: clock.now() - KEPT_FOR });
      for (const failure of found) {
        if (clientId !== undefined && failure.clientId !== clientId) continue;
        const relyingParty = await findRelyingParty(failure.clientId);
        if (relyingParty?.organisationId === organisationId) return failure;
      }
      return undefined;
    },

    /** Newest first. Requests to the token endpoint show nobody a reference: they are found here. */
    listFailures: ({ clientId, limit = 20 }: { clientId: string; limit?: number }) =>
      store.listFailures({ clientId, since: clock.now() - KEPT_FOR, limit: Math.min(limit, 100) }),
  };
}

function rateOf({ owed, delivered, dead }: { owed: number; delivered: number; dead: number }): LogoutRate {
  const settled = delivered + dead;
  return {
    owed,
    delivered,
    dead,
    waiting: owed - settled,
    ...(settled === 0 ? {} : { successRate: delivered / settled }),
  };
}
