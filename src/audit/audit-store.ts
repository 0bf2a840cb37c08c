import { type ColumnType, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { AuditEvent, RecordAuditEvent } from './events.ts';
import { readLastUses } from './last-uses-store.ts';

/**
 * Appends events to a table that the database itself lets nobody change. Events are collected for a moment and go
 * together in one insert. `record` resolves when the event is committed; whoever does not wait for it loses at most
 * that moment in a crash.
 */
export type AuditStore = {
  record: RecordAuditEvent;
  /** Newest first; `before` is the id of an event, `names` keeps to those, `since` is in milliseconds since 1970. */
  listOf(citizenId: string, options: ListOptions): Promise<RecordedEvent[]>;
  /** When each relying party last learned who this citizen is: milliseconds since 1970, by client id. */
  lastUses(citizenId: string): Promise<Map<string, number>>;
  count(name: string): Promise<number>;
  /** Resolves when nothing waits any more. */
  flush(): Promise<void>;
};

type ListOptions = { limit: number; before?: number; names?: readonly string[]; since?: number };

export type RecordedEvent = AuditEvent & { id: string; at: number };

type Waiting = { event: AuditEvent; resolve(): void; reject(error: unknown): void };

type Row = {
  id: ColumnType<string, never, never>;
  at: ColumnType<Date, never, never>;
  name: string;
  citizen_id: string | null;
  client_id: string | null;
  details: ColumnType<AuditEvent['details'], string, never>;
};

/** Milliseconds within which an event is on its way: a person who waits for it does not notice them. */
const COLLECT_FOR_MS = 20;
/** Nobody waits for these: ten statements a second instead of fifty, a third of the CPU. */
const GATHER_FOR_MS = 100;
/** One insert of 500 rows takes about 10 ms; beyond that a statement only grows. */
const LARGEST_BATCH = 500;

export function createAuditStore({
  database,
  onError,
}: {
  database: Database;
  onError(error: unknown): void;
}): AuditStore {
  const tables = database.withTables<{ audit_events: Row }>();
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function writeBy(at: number): void {
    if (at >= dueAt) return;
    dueAt = at;
    if (writing === undefined) arm();
  }

  function arm(): void {
    clearTimeout(timer);
    timer = setTimeout(writeWaiting, Math.max(0, dueAt - performance.now()));
  }

  /** What arrives meanwhile gathers for a group of its own: written at once, it would go in many small ones. */
  function writeWaiting(): void {
    clearTimeout(timer);
    dueAt = Number.POSITIVE_INFINITY;
    const due = waiting;
    waiting = [];
    writing = writeInGroups(due).then(() => {
      writing = undefined;
      if (waiting.length > 0) arm();
    });
  }

  async function writeInGroups(due: readonly Waiting[]): Promise<void> {
    for (let from = 0; from < due.length; from += LARGEST_BATCH) {
      const group = due.slice(from, from + LARGEST_BATCH);
      try {
        await insert(group.map(({ event }) => rowOf(event)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        onError(error);
        for (const { reject } of group) reject(error);
      }
    }
  }

  /** One parameter however many rows there are: building a statement of 500 rows costs more than running it. */
  async function insert(rows: readonly object[]): Promise<void> {
    await sql`
      insert into audit_events (name, citizen_id, client_id, details)
      select name, citizen_id, client_id, details
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as event (name text, citizen_id text, client_id text, details jsonb)`.execute(database);
  }

  return {
    record(event, urgency) {
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        writeBy(performance.now() + (urgency === 'follows' ? GATHER_FOR_MS : COLLECT_FOR_MS));
      });
    },
    async listOf(citizenId, { limit, before, names, since }) {
      const rows = await tables
        .selectFrom('audit_events')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .$if(before !== undefined, (query) => query.where('id', '<', String(before)))
        .$if(names !== undefined, (query) => query.where('name', 'in', [...(names ?? [])]))
        .$if(since !== undefined, (query) => query.where('at', '>=', sql<Date>`to_timestamp(${since} / 1000.0)`))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: String(row.id),
        at: row.at.getTime(),
        name: row.name,
        citizenId: row.citizen_id ?? undefined,
        clientId: row.client_id ?? undefined,
        details: row.details,
      }));
    },
    lastUses: (citizenId) => readLastUses(database, citizenId),
    async count(name) {
      const { total } = await tables
        .selectFrom('audit_events')
        .select(sql<number>`count(*)::int`.as('total'))
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return total;
    },
    async flush() {
      while (writing !== undefined || waiting.length > 0) {
        if (writing === undefined) writeWaiting();
        await writing;
      }
    },
  };
}

function rowOf({ name, citizenId, clientId, details }: AuditEvent) {
  return { name, citizen_id: citizenId ?? null, client_id: clientId ?? null, details };
}
