import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { NOTHING_AGREED } from './as-of-now.ts';
import type { AgreedClaim, Agreement } from './relying-party.ts';

export type AgreementState = 'proposed' | 'approved' | 'refused' | 'replaced' | 'ended';

export type AgreementRow = {
  client_id: string;
  version: number;
  terms: Agreement;
  state: AgreementState;
  valid_from: Date;
  valid_until: Date | null;
  proposed_at: Date;
  proposed_by: string;
  decided_at: Date | null;
  decided_by: string | null;
  why: string;
};

type ProjectedRow = {
  client_id: string;
  claims: AgreedClaim[];
  scopes: string[];
  least_acr: string | null;
  least_identity: string | null;
  may_ask_for_evidence: boolean;
  changed_at: Date;
};

export type AgreementTables = { agreement_versions: AgreementRow; agreements: ProjectedRow };

type Act = { clientId: string; by: string; at: number };

/** For programs of ours that hand in an agreement as it shall be: proposed and approved in one act, from now on. */
export async function approveAtOnce(
  transaction: Database,
  { clientId, agreement, by, at }: Act & { agreement: Agreement },
) {
  const version = await addVersion(transaction, { clientId, terms: agreement, by, at, from: at, state: 'approved' });
  await withdrawOthers(transaction, { clientId, version, by, at, state: 'approved' });
  await project(transaction, { clientId, agreement });
}

/** The answer is its number. The row of the relying party is locked by the caller, or two would get the same one. */
export async function addVersion(
  transaction: Database,
  added: Act & { terms: Agreement; from: number; until?: number | undefined; state: 'proposed' | 'approved' },
): Promise<number> {
  const { clientId, terms, by, at, from, until, state } = added;
  const tables = transaction.withTables<AgreementTables>();
  const last = await tables
    .selectFrom('agreement_versions')
    .select((of) => of.fn.max('version').as('version'))
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  const version = Number(last?.version ?? 0) + 1;
  await tables
    .insertInto('agreement_versions')
    .values({
      client_id: clientId,
      version,
      terms: sql<Agreement>`${JSON.stringify(terms)}::jsonb`,
      state,
      valid_from: new Date(from),
      valid_until: until === undefined ? null : new Date(until),
      proposed_at: new Date(at),
      proposed_by: by,
      decided_at: state === 'approved' ? new Date(at) : null,
      decided_by: state === 'approved' ? by : null,
      why: '',
    })
    .execute();
  return version;
}

type Others = Act & {
  version: number;
  state: 'proposed' | 'approved';
  /** Leaves those alone that had begun by this moment. Milliseconds since 1970. */
  except?: { begunBefore: number } | undefined;
};

/** Everything else in this state gives way to this version. */
export async function withdrawOthers(transaction: Database, { clientId, version, by, at, state, except }: Others) {
  await transaction
    .withTables<AgreementTables>()
    .updateTable('agreement_versions')
    .set({ state: 'replaced', decided_at: new Date(at), decided_by: by })
    .where('client_id', '=', clientId)
    .where('version', '!=', version)
    .where('state', '=', state)
    .$if(except !== undefined, (update) => update.where('valid_from', '>', new Date(except?.begunBefore ?? 0)))
    .execute();
}

/** The table that the version before reads. */
export async function project(
  transaction: Database,
  { clientId, agreement }: { clientId: string; agreement: Agreement },
) {
  const row = {
    claims: sql<AgreedClaim[]>`${JSON.stringify(agreement.claims)}::jsonb`,
    scopes: sql<string[]>`${JSON.stringify(agreement.scopes)}::jsonb`,
    least_acr: agreement.leastAcr ?? null,
    least_identity: agreement.leastIdentity ?? null,
    may_ask_for_evidence: agreement.mayAskForEvidence ?? false,
    changed_at: sql<Date>`now()`,
  };
  await transaction
    .withTables<AgreementTables>()
    .insertInto('agreements')
    .values({ client_id: clientId, ...row })
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
    .execute();
}

export async function projectNothing(transaction: Database, clientId: string): Promise<void> {
  await project(transaction, { clientId, agreement: NOTHING_AGREED });
}
