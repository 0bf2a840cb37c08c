import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { Evidence } from './evidence.ts';

/** Added to, never changed: every answer of an outside service, whether it led to an account or not. */
export type EvidenceStore = {
  keep(evidence: Evidence & { journeyId: string }): Promise<void>;
  /**
   * What a journey collected speaks for this citizen from now on. What already speaks for somebody stays with them. In
   * the transaction that is handed over, if there is one.
   */
  attach(a: { journeyId: string; citizenId: string }, transaction?: Database): Promise<void>;
  /** Newest first. */
  listOf(citizenId: string): Promise<Evidence[]>;
  /** Deletes what speaks for nobody and is older than a year; answers how many. */
  prune(): Promise<number>;
};

type Row = {
  id: string;
  journey_id: string;
  citizen_id: string | null;
  source: Evidence['source'];
  method: Evidence['method'];
  transaction_id: string;
  result: string;
  digest: string;
  at: Date;
};

/** As long as somebody may ask why they were refused. */
const UNATTACHED_KEPT = 365 * DAY;

export function createEvidenceStore({ database, clock }: { database: Database; clock: Clock }): EvidenceStore {
  const tables = database.withTables<{ evidence: Row }>();

  return {
    async keep({ journeyId, transaction, at: answeredAt, ...answer }) {
      await tables
        .insertInto('evidence')
        .values({
          id: rowId(),
          journey_id: journeyId,
          citizen_id: null,
          transaction_id: transaction,
          at: new Date(answeredAt),
          ...answer,
        })
        .execute();
    },
    async attach({ journeyId, citizenId }, transaction) {
      await (transaction?.withTables<{ evidence: Row }>() ?? tables)
        .updateTable('evidence')
        .set({ citizen_id: citizenId })
        .where('journey_id', '=', journeyId)
        .where('citizen_id', 'is', null)
        .execute();
    },
    async listOf(citizenId) {
      const rows = await tables
        .selectFrom('evidence')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .orderBy('at', 'desc')
        .execute();
      return rows.map(({ source, method, at: answeredAt, transaction_id, result, digest }) => ({
        source,
        method,
        at: answeredAt.getTime(),
        transaction: transaction_id,
        result,
        digest,
      }));
    },
    async prune() {
      const deleted = await tables
        .deleteFrom('evidence')
        .where('citizen_id', 'is', null)
        .where('at', '<', new Date(clock.now() - UNATTACHED_KEPT))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}
