import { type ColumnType, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { rowId } from '#platform/ids.ts';

export const INCIDENT_STATES = ['waiting', 'taken', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** A citizen said of something in their activity that it was not them. Times in milliseconds since 1970. */
export type Incident = {
  id: string;
  citizenId: string;
  eventId: number;
  reportedAt: number;
  state: IncidentState;
  /** The citizen's id of whoever works on it, or did last. */
  takenBy: string | undefined;
  closed: { at: number; by: string; note: string } | undefined;
};

export type IncidentsStore = {
  /** The same event reported again is the same incident. */
  report(a: { citizenId: string; eventId: number }): Promise<Incident>;
  find(id: string): Promise<Incident | undefined>;
  /** Oldest first, because who reported first waits longest; closed ones newest first. `after` is the id of an incident. */
  list(asked: { states: readonly IncidentState[]; limit: number; after?: string | undefined }): Promise<Incident[]>;
  countOpen(): Promise<number>;
  /** False when it is closed, or somebody else works on it. */
  take(a: { id: string; by: string }): Promise<boolean>;
  /** Back to those that wait. False when `by` does not work on it. */
  letGo(a: { id: string; by: string }): Promise<boolean>;
  /** False when `by` does not work on it. */
  close(a: { id: string; by: string; note: string }): Promise<boolean>;
};

type Row = {
  id: string;
  citizen_id: string;
  event_id: number;
  reported_at: ColumnType<Date, never, never>;
  taken_at: Date | null;
  taken_by: string | null;
  settled_at: Date | null;
  settled_by: string | null;
  settled_note: ColumnType<string, never, string>;
};

export function createIncidentsStore({ database }: { database: Database }): IncidentsStore {
  const tables = database.withTables<{ incidents: Row }>();
  const now = sql<Date>`now()`;

  async function find(id: string): Promise<Incident | undefined> {
    const row = await tables.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  }

  function change(values: { taken_at?: typeof now | null; taken_by?: string | null }) {
    return tables.updateTable('incidents').set(values).where('settled_at', 'is', null);
  }

  return {
    async report({ citizenId, eventId }) {
      await tables
        .insertInto('incidents')
        .values({ id: rowId(), citizen_id: citizenId, event_id: eventId })
        .onConflict((conflict) => conflict.columns(['citizen_id', 'event_id']).doNothing())
        .execute();
      const query = tables.selectFrom('incidents').selectAll();
      return fromRow(
        await query.where('citizen_id', '=', citizenId).where('event_id', '=', eventId).executeTakeFirstOrThrow(),
      );
    },
    find,
    async list({ states, limit, after }) {
      const isClosed = states.length === 1 && states[0] === 'closed';
      const last = after === undefined ? undefined : await find(after);
      const rows = await tables
        .selectFrom('incidents')
        .selectAll()
        .where(
          sql<string>`case when settled_at is not null then 'closed' when taken_by is not null then 'taken' else 'waiting' end`,
          'in',
          [...states],
        )
        .$if(last !== undefined, (query) =>
          query.where(
            isClosed
              ? sql<boolean>`(settled_at, id) < (select settled_at, id from incidents where id = ${after})`
              : sql<boolean>`(reported_at, id) > (select reported_at, id from incidents where id = ${after})`,
          ),
        )
        .orderBy(isClosed ? 'settled_at' : 'reported_at', isClosed ? 'desc' : 'asc')
        .orderBy('id', isClosed ? 'desc' : 'asc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    async countOpen() {
      const open = tables.selectFrom('incidents').where('settled_at', 'is', null);
      return (await open.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow()).total;
    },
    async take({ id, by }) {
      const { numUpdatedRows } = await change({ taken_at: now, taken_by: by })
        .where('id', '=', id)
        .where('taken_by', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async letGo({ id, by }) {
      const { numUpdatedRows } = await change({ taken_at: null, taken_by: null })
        .where('id', '=', id)
        .where('taken_by', '=', by)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async close({ id, by, note }) {
      const { numUpdatedRows } = await tables
        .updateTable('incidents')
        .set({ settled_at: now, settled_by: by, settled_note: note })
        .where('id', '=', id)
        .where('settled_at', 'is', null)
        .where('taken_by', '=', by)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

type Read = {
  id: string;
  citizen_id: string;
  event_id: number;
  reported_at: Date;
  taken_at: Date | null;
  taken_by: string | null;
  settled_at: Date | null;
  settled_by: string | null;
  settled_note: string;
};

function fromRow(row: Read): Incident {
  const open = row.taken_by === null ? 'waiting' : 'taken';
  return {
    id: row.id,
    citizenId: row.citizen_id,
    eventId: row.event_id,
    reportedAt: row.reported_at.getTime(),
    state: row.settled_at === null ? open : 'closed',
    takenBy: row.taken_by ?? undefined,
    closed:
      row.settled_at === null
        ? undefined
        : { at: row.settled_at.getTime(), by: row.settled_by ?? '', note: row.settled_note },
  };
}
