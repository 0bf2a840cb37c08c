import { setTimeout as wait } from 'node:timers/promises';
import { type ColumnType, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { AuditEvent, RecordAuditEvent } from './events.ts';

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

export type ListOptions = { limit: number; before?: number; names?: readonly string[]; since?: number };

export type RecordedEvent = AuditEvent & { id: string; at: number };

type Row = {
  id: ColumnType<string, never, never>;
  at: ColumnType<Date, never, never>;
  name: string;
  citizen_id: string | null;
  client_id: string | null;
  details: ColumnType<AuditEvent['details'], string, never>;
};

/** A person does not notice it, and a busy instance writes 50 times a second instead of once for every event. */
const COLLECT_FOR_MS = 20;
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
  let waiting: { event: AuditEvent; resolve(): void; reject(error: unknown): void }[] = [];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LARGEST_BATCH);
      waiting = waiting.slice(LARGEST_BATCH);
      try {
        await insert(batch.map(({ event }) => rowOf(event)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        onError(error);
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
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
    record(event) {
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        writing ??= wait(COLLECT_FOR_MS).then(drain);
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
    async lastUses(citizenId) {
      const rows = await tables
        .selectFrom('audit_events')
        .select(['client_id', ({ fn }) => fn.max('at').as('at')])
        .where('citizen_id', '=', citizenId)
        .where('client_id', 'is not', null)
        .where('name', 'in', ['authorization.granted', 'tokens.issued', 'claims.released'])
        .groupBy('client_id')
        .execute();
      return new Map(rows.flatMap(({ client_id, at }) => (client_id === null ? [] : [[client_id, at.getTime()]])));
    },
    async count(name) {
      const { total } = await tables
        .selectFrom('audit_events')
        .select(sql<number>`count(*)::int`.as('total'))
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return total;
    },
    async flush() {
      while (writing !== undefined) await writing;
    },
  };
}

function rowOf({ name, citizenId, clientId, details }: AuditEvent) {
  return { name, citizen_id: citizenId ?? null, client_id: clientId ?? null, details };
}
