import type { AuditEvents } from '#audit/events.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import {
  deleteOperator,
  hasBeenStaff,
  insertOperator,
  insertOperatorChange,
  listOperatorRows,
  type Operator,
  type OperatorFilter,
} from './operators-store.ts';
import type { Role } from './permissions.ts';

export type { Operator } from './operators-store.ts';

type RoleOf = { citizenId: string; role: Role; organisationId?: string; by: string; why: string };

export type Operators = ReturnType<typeof createOperators>;

type Needs = {
  database: Database;
  audit: Pick<AuditEvents, 'operatorChanged'>;
  clock: Clock;
};

/**
 * Who has which role. Roles are read from the database at every question: operators are few and their requests rare,
 * so a role that was taken away is gone everywhere with the next request, and no cache can keep it.
 */
export function createOperators({ database, audit, clock }: Needs) {
  return {
    operatorsOf: (citizenId: string): Promise<Operator[]> => listOperatorRows(database, { citizenId }),
    list: (filter: OperatorFilter = {}): Promise<Operator[]> => listOperatorRows(database, filter),

    /** Now or ever: who left may still hold what its services sign in with. */
    hasWorkedFor: (about: { citizenId: string; organisationId: string }): Promise<boolean> =>
      hasBeenStaff(database, about),

    /** Staff need an organisation and nobody else may have one: anything else is `wrong-organisation`. */
    async grant({ by, why, ...of }: RoleOf): Promise<'granted' | 'already' | 'wrong-organisation'> {
      if ((of.role === 'university-staff') !== ((of.organisationId ?? '') !== '')) return 'wrong-organisation';
      const at = clock.now();
      const isNew = await database.transaction().execute(async (transaction) => {
        const inserted = await insertOperator(transaction, { ...of, grantedAt: at, grantedBy: by });
        if (inserted) await insertOperatorChange(transaction, { ...of, act: 'grant', at, by, why });
        return inserted;
      });
      if (!isNew) return 'already';
      await audit.operatorChanged({ ...of, by, act: 'grant' });
      return 'granted';
    },

    async revoke({ by, why, ...of }: RoleOf): Promise<'revoked' | 'not-found'> {
      const at = clock.now();
      const wasThere = await database.transaction().execute(async (transaction) => {
        const deleted = await deleteOperator(transaction, of);
        if (deleted) await insertOperatorChange(transaction, { ...of, act: 'revoke', at, by, why });
        return deleted;
      });
      if (!wasThere) return 'not-found';
      await audit.operatorChanged({ ...of, by, act: 'revoke' });
      return 'revoked';
    },
  };
}
