import type { Database } from '#platform/database/database.ts';
import type { AgreementRow, AgreementState, AgreementTables } from './agreement-rows-store.ts';
import type { AgreementTerms } from './agreement-terms.ts';

export type AgreementVersion = {
  clientId: string;
  version: number;
  state: AgreementState;
  terms: AgreementTerms;
  /** Milliseconds since 1970, as all times here. */
  proposedAt: number;
  proposedBy: string;
  decidedAt?: number | undefined;
  decidedBy?: string | undefined;
  why: string;
};

export function createAgreementsStore({ database }: { database: Database }) {
  return {
    /** Newest first. */
    async listOf(clientId: string): Promise<AgreementVersion[]> {
      const rows = await rowsOf(database).where('client_id', '=', clientId).orderBy('version', 'desc').execute();
      return rows.map(fromRow);
    },

    /** Approved ones that end in this period, for the notices. Milliseconds since 1970. */
    async listEndingBetween({ from, until }: { from: number; until: number }): Promise<AgreementVersion[]> {
      const rows = await rowsOf(database)
        .where('state', '=', 'approved')
        .where('valid_until', '>', new Date(from))
        .where('valid_until', '<=', new Date(until))
        .orderBy('valid_until')
        .execute();
      return rows.map(fromRow);
    },

    /** True when this notice is new; of many instances that find it at once, one hears it. */
    async saveNotice({ clientId, version, days }: { clientId: string; version: number; days: number }, at: number) {
      const written = await database
        .withTables<{ agreement_notices: { client_id: string; version: number; days: number; at: Date } }>()
        .insertInto('agreement_notices')
        .values({ client_id: clientId, version, days, at: new Date(at) })
        .onConflict((conflict) => conflict.columns(['client_id', 'version', 'days']).doNothing())
        .returning('days')
        .execute();
      return written.length === 1;
    },
  };
}

/** Inside a transaction that holds the relying party's row. */
export async function findVersion(
  transaction: Database,
  { clientId, version }: { clientId: string; version: number },
): Promise<AgreementVersion | undefined> {
  const row = await rowsOf(transaction)
    .where('client_id', '=', clientId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row && fromRow(row);
}

type Decision = { clientId: string; version: number; state: AgreementState; by: string; why: string; at: number };

export async function setVersionState(transaction: Database, { clientId, version, state, by, why, at }: Decision) {
  await transaction
    .withTables<AgreementTables>()
    .updateTable('agreement_versions')
    .set({ state, decided_by: by, decided_at: new Date(at), why })
    .where('client_id', '=', clientId)
    .where('version', '=', version)
    .execute();
}

function rowsOf(database: Database) {
  return database.withTables<AgreementTables>().selectFrom('agreement_versions').selectAll();
}

function fromRow(row: AgreementRow): AgreementVersion {
  return {
    clientId: row.client_id,
    version: row.version,
    state: row.state,
    terms: {
      ...row.terms,
      from: row.valid_from.getTime(),
      ...(row.valid_until !== null && { until: row.valid_until.getTime() }),
    },
    proposedAt: row.proposed_at.getTime(),
    proposedBy: row.proposed_by,
    ...(row.decided_at !== null && { decidedAt: row.decided_at.getTime() }),
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    why: row.why,
  };
}
