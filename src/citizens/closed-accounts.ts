import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import { DAY } from '#platform/durations.ts';

import type { ClosedAccountsStore } from './closed-accounts-store.ts';
import type { Alongside } from './factor-changes.ts';

export type ClosedAccounts = {
  /**
   * Ends an account: no credential, remembered device or number is left. The caller ends sessions, grants and
   * consents. False when it was closed before; `alongside` is then not done. The reason is a word of ours. Throws
   * CitizenUnknown.
   */
  close(citizenId: string, reason: string, alongside?: Alongside): Promise<boolean>;
  /** Erases what need not be kept any longer, all of it; answers how many accounts. */
  eraseDue(): Promise<number>;
};

/**
 * The Computer Crimes Act of 1388, article 32 (article 667 of the Code of Criminal Procedure): who gives access to
 * networks keeps what identifies a subscriber for at least six months after the contract ended.
 */
export const IDENTITY_KEPT = 183 * DAY;

const BATCH = 200;

type ClosedAccountsNeeds = {
  store: ClosedAccountsStore;
  audit: Pick<AuditEvents, 'accountClosed' | 'accountErased'>;
  clock: Clock;
};

export function createClosedAccounts({ store, audit, clock }: ClosedAccountsNeeds): ClosedAccounts {
  return {
    async close(citizenId, reason, alongside) {
      const isClosed = await store.close(citizenId, { reason, at: clock.now(), alongside });
      if (isClosed) await audit.accountClosed({ citizenId, reason });
      return isClosed;
    },
    async eraseDue() {
      let erased = 0;
      for (;;) {
        const now = clock.now();
        const ids = await store.eraseClosedBefore(now - IDENTITY_KEPT, { batch: BATCH, at: now });
        for (const citizenId of ids) await audit.accountErased({ citizenId });
        erased += ids.length;
        if (ids.length < BATCH) return erased;
      }
    },
  };
}
