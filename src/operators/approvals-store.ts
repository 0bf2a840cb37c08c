import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Acts that reach production or weaken security. */
export const APPROVAL_ACTS = [
  'connect-organisation',
  'go-live',
  'change-production',
  'weaken-security',
  'suspend',
  'resume',
  'grant-operator',
  'revoke-operator',
  'new-production-secret',
  'connect-source',
] as const;
export type ApprovalAct = (typeof APPROVAL_ACTS)[number];

type ApprovalState = 'waiting' | 'approved' | 'refused';

/** As it is kept: what waits may have lapsed. */
export type StoredApproval = {
  id: string;
  act: ApprovalAct;
  subject: string;
  organisationId?: string;
  /** JSON without secrets; whoever performs the act reads it as outside data. */
  payload: unknown;
  state: ApprovalState;
  /** Milliseconds since 1970. */
  askedAt: number;
  askedBy: string;
  why: string;
  decided?: { at: number; by: string; why: string };
};

/** `askedAfter` and `askedUntil` in milliseconds since 1970. */
export type StoredFilter = {
  state?: ApprovalState;
  act?: ApprovalAct;
  organisationId?: string;
  subject?: string;
  askedAfter?: number;
  askedUntil?: number;
  limit?: number;
};

type ApprovalRow = {
  id: string;
  act: ApprovalAct;
  subject: string;
  organisation_id: string | null;
  payload: unknown;
  state: ApprovalState;
  asked_at: Date;
  asked_by: string;
  why: string;
  claim: string | null;
  claimed_until: Date | null;
  decided_at: Date | null;
  decided_by: string | null;
  decided_why: string | null;
};

type Tables = { approvals: ApprovalRow };

/** What one page of the queue shows. */
const PAGE = 100;

/**
 * The same thing that was asked for after this moment (milliseconds since 1970) and still waits, or else this one, now
 * kept. Of two who ask at once the second finds what the first has asked.
 */
export async function keepUnlessWaiting(
  database: Database,
  { approval, askedAfter }: { approval: StoredApproval; askedAfter: number },
): Promise<StoredApproval> {
  return database.transaction().execute(async (transaction) => {
    const { act, subject, payload } = approval;
    await sql`select pg_advisory_xact_lock(hashtextextended(${`approvals:${subject}`}, 0))`.execute(transaction);
    const waiting = await transaction
      .withTables<Tables>()
      .selectFrom('approvals')
      .selectAll()
      .where('state', '=', 'waiting')
      .where('act', '=', act)
      .where('subject', '=', subject)
      .where('payload', '=', asJson(payload))
      .where('asked_at', '>', new Date(askedAfter))
      .executeTakeFirst();
    if (waiting !== undefined) return toApproval(waiting);
    await insertApproval(transaction, approval);
    return approval;
  });
}

async function insertApproval(database: Database, approval: StoredApproval): Promise<void> {
  await database
    .withTables<Tables>()
    .insertInto('approvals')
    .values({
      id: approval.id,
      act: approval.act,
      subject: approval.subject,
      organisation_id: approval.organisationId ?? null,
      payload: asJson(approval.payload),
      state: approval.state,
      asked_at: new Date(approval.askedAt),
      asked_by: approval.askedBy,
      why: approval.why,
    })
    .execute();
}

export async function findApproval(database: Database, id: string): Promise<StoredApproval | undefined> {
  const row = await database
    .withTables<Tables>()
    .selectFrom('approvals')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? undefined : toApproval(row);
}

/** True for one caller at a time; a claim whose holder died ends by itself. Milliseconds since 1970. */
export async function claimApproval(
  database: Database,
  { id, claim, at, until }: { id: string; claim: string; at: number; until: number },
): Promise<boolean> {
  const claimed = await database
    .withTables<Tables>()
    .updateTable('approvals')
    .set({ claim, claimed_until: new Date(until) })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where((of) => of.or([of('claim', 'is', null), of('claimed_until', '<=', new Date(at))]))
    .returning('id')
    .executeTakeFirst();
  return claimed !== undefined;
}

export async function releaseClaim(database: Database, { id, claim }: { id: string; claim: string }): Promise<void> {
  await database
    .withTables<Tables>()
    .updateTable('approvals')
    .set({ claim: null, claimed_until: null })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .execute();
}

/** False when the claim had ended and somebody else took it. */
export async function setDecided(
  database: Database,
  decided: { id: string; claim: string; state: ApprovalState; at: number; by: string; why: string },
): Promise<boolean> {
  const { id, claim, state, at, by, why } = decided;
  const set = await database
    .withTables<Tables>()
    .updateTable('approvals')
    .set({ state, claim: null, claimed_until: null, decided_at: new Date(at), decided_by: by, decided_why: why })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .returning('id')
    .executeTakeFirst();
  return set !== undefined;
}

/** Newest first. */
export async function listApprovals(database: Database, filter: StoredFilter): Promise<StoredApproval[]> {
  const { state, act, organisationId, subject, askedAfter, askedUntil, limit = PAGE } = filter;
  const rows = await database
    .withTables<Tables>()
    .selectFrom('approvals')
    .selectAll()
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'waiting'))
    .$if(act !== undefined, (query) => query.where('act', '=', act ?? 'suspend'))
    .$if(organisationId !== undefined, (query) => query.where('organisation_id', '=', organisationId ?? ''))
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
    .$if(askedAfter !== undefined, (query) => query.where('asked_at', '>', new Date(askedAfter ?? 0)))
    .$if(askedUntil !== undefined, (query) => query.where('asked_at', '<=', new Date(askedUntil ?? 0)))
    .orderBy('asked_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toApproval);
}

function asJson(payload: unknown) {
  return sql<string>`${JSON.stringify(payload ?? null)}::jsonb`;
}

function toApproval(row: ApprovalRow): StoredApproval {
  return {
    id: row.id,
    act: row.act,
    subject: row.subject,
    ...(row.organisation_id === null ? {} : { organisationId: row.organisation_id }),
    payload: row.payload,
    state: row.state,
    askedAt: row.asked_at.getTime(),
    askedBy: row.asked_by,
    why: row.why,
    ...(row.decided_at === null || row.decided_by === null
      ? {}
      : { decided: { at: row.decided_at.getTime(), by: row.decided_by, why: row.decided_why ?? '' } }),
  };
}
