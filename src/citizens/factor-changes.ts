import type { AuditEvents } from '#audit/events.ts';
import type { Database } from '#platform/database/database.ts';

import type { Citizen } from './citizen.ts';
import type { TextMessages } from './text-messages.ts';

type Factor = 'password' | 'authenticator' | 'passkey' | 'recovery-codes';

/** What goes along with every change of a citizen's way of signing in: they are told, and the audit hears of it. */
export type FactorChanges = {
  /**
   * Before the change, because it asks the database whom to tell, and inside a transaction the embedded one would
   * wait for itself. `id` is the row's, for the audit alone.
   */
  begin(change: {
    citizenId: string;
    factor: Factor;
    act: 'added' | 'removed' | 'changed';
    id?: string;
    /** Part of an enrolment: whoever makes their account need not be told by SMS that they do. */
    isEnrolment?: boolean | undefined;
  }): Promise<BegunChange>;
};

type BegunChange = {
  /** In the transaction of the change: nobody's way of signing in changes without a notice being owed. */
  owe: Alongside;
  /** After it. */
  record(): Promise<void>;
};

/** What a store does in the transaction of its own change. */
export type Alongside = (transaction: Database) => Promise<void>;

type FactorChangesNeeds = {
  findCitizen(id: string): Promise<Pick<Citizen, 'phone' | 'language'> | undefined>;
  textMessages: Pick<TextMessages, 'owe'>;
  audit: Pick<AuditEvents, 'factorChanged'>;
};

export function createFactorChanges({ findCitizen, textMessages, audit }: FactorChangesNeeds): FactorChanges {
  return {
    async begin({ citizenId, factor, act, id, isEnrolment = false }) {
      const { phone, language = 'fa' } = (isEnrolment ? undefined : await findCitizen(citizenId)) ?? {};
      return {
        async owe(transaction) {
          if (phone === undefined) return;
          const notice = { to: phone, kind: 'factor-changed', language, values: { factor, act } } as const;
          await textMessages.owe(notice, transaction);
        },
        record: () => audit.factorChanged({ citizenId, factor, act, factorId: id }),
      };
    },
  };
}
