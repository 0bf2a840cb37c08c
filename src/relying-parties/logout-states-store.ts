import type { Selectable } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** What a citizen sees of one relying party after a sign-out. Milliseconds since 1970. */
export type LogoutState = { clientId: string } & (
  | { state: 'arrived' | 'given-up'; at: number }
  | { state: 'trying'; nextAttemptAt: number; attempts: number }
  | { state: 'takes-no-part' }
);

export type LogoutStates = {
  /** Of one relying party, of what was owed since then. */
  countOf(of: { clientId: string; since: number }): Promise<{ owed: number; delivered: number; dead: number }>;
  /** What came of one sign-out, or of everything a citizen ended since then: the newest of each relying party. */
  list(of: { signOut: string } | { citizenId: string; since: number }): Promise<LogoutState[]>;
};

type Row = {
  client_id: string;
  citizen_id: string;
  created_at: Date;
  attempts: number;
  next_attempt_at: Date;
  delivered_at: Date | null;
  dead_at: Date | null;
  sign_out: string | null;
  takes_part: boolean;
};

/** More services than anybody is signed in to, and few enough for a page. */
const MOST_STATES = 200;

/** The outbox as people look at it: did the news of a sign-out arrive? */
export function createLogoutStates({ database }: { database: Database }): LogoutStates {
  const tables = database.withTables<{ logout_outbox: Row }>();

  return {
    async countOf({ clientId, since }) {
      const row = await tables
        .selectFrom('logout_outbox')
        .select(({ fn }) => [
          fn.countAll<number | string>().as('owed'),
          fn.count<number | string>('delivered_at').as('delivered'),
          fn.count<number | string>('dead_at').as('dead'),
        ])
        .where('client_id', '=', clientId)
        .where('created_at', '>=', new Date(since))
        .where('takes_part', '=', true)
        .executeTakeFirst();
      return { owed: Number(row?.owed ?? 0), delivered: Number(row?.delivered ?? 0), dead: Number(row?.dead ?? 0) };
    },

    async list(of) {
      const query = tables.selectFrom('logout_outbox').selectAll();
      const rows = await ('signOut' in of
        ? query.where('sign_out', '=', of.signOut)
        : query.where('citizen_id', '=', of.citizenId).where('created_at', '>=', new Date(of.since))
      )
        .orderBy('created_at', 'desc')
        .limit(MOST_STATES)
        .execute();
      const newest = new Map<string, LogoutState>();
      for (const row of rows) if (!newest.has(row.client_id)) newest.set(row.client_id, stateOf(row));
      return [...newest.values()];
    },
  };
}

function stateOf(row: Selectable<Row>): LogoutState {
  const about = { clientId: row.client_id };
  if (!row.takes_part) return { ...about, state: 'takes-no-part' };
  if (row.delivered_at !== null) return { ...about, state: 'arrived', at: row.delivered_at.getTime() };
  if (row.dead_at !== null) return { ...about, state: 'given-up', at: row.dead_at.getTime() };
  return { ...about, state: 'trying', nextAttemptAt: row.next_attempt_at.getTime(), attempts: row.attempts };
}
