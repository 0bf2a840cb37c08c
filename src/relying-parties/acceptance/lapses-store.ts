import type { Database } from '#platform/database/database.ts';

/** A relying party that is live and whose rerun was not green. */
export type Lapse = {
  /** The entry in production. */
  clientId: string;
  /** The run that showed it first. */
  runId: string;
  /** Milliseconds since 1970, as is the next. */
  since: number;
  ministryAskedAt?: number | undefined;
};

type Row = { client_id: string; run_id: string; since: Date; ministry_asked_at: Date | null };

export type LapsesStore = ReturnType<typeof createLapsesStore>;

export function createLapsesStore({ database }: { database: Database }) {
  const tables = database.withTables<{ acceptance_lapses: Row }>();

  return {
    /** False when it had lapsed before: since when stays as it is. */
    async begin({ clientId, runId, since }: Lapse): Promise<boolean> {
      const added = await tables
        .insertInto('acceptance_lapses')
        .values({ client_id: clientId, run_id: runId, since: new Date(since) })
        .onConflict((conflict) => conflict.doNothing())
        .returning('client_id')
        .executeTakeFirst();
      return added !== undefined;
    },

    /** False when there was none. */
    async end(clientId: string): Promise<boolean> {
      const removed = await tables
        .deleteFrom('acceptance_lapses')
        .where('client_id', '=', clientId)
        .returning('client_id')
        .executeTakeFirst();
      return removed !== undefined;
    },

    async find(clientId: string): Promise<Lapse | undefined> {
      const row = await tables
        .selectFrom('acceptance_lapses')
        .selectAll()
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    /** Longest first. */
    async list(): Promise<Lapse[]> {
      return (await tables.selectFrom('acceptance_lapses').selectAll().orderBy('since').execute()).map(fromRow);
    },

    /** Those that lapsed before `since` and about which nobody has been asked after `askedBefore`; each is given to one caller. */
    async takeOverdue({
      since,
      askedBefore,
      at,
    }: {
      since: number;
      askedBefore: number;
      at: number;
    }): Promise<Lapse[]> {
      const rows = await tables
        .updateTable('acceptance_lapses')
        .set({ ministry_asked_at: new Date(at) })
        .where('since', '<=', new Date(since))
        .where((of) =>
          of.or([of('ministry_asked_at', 'is', null), of('ministry_asked_at', '<=', new Date(askedBefore))]),
        )
        .returningAll()
        .execute();
      return rows.map(fromRow);
    },
  };
}

function fromRow({ client_id, run_id, since, ministry_asked_at }: Row): Lapse {
  return {
    clientId: client_id,
    runId: run_id,
    since: since.getTime(),
    ...(ministry_asked_at !== null && { ministryAskedAt: ministry_asked_at.getTime() }),
  };
}
