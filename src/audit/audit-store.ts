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
  /** Newest first. */
  listOf(citizenId: string, options: { limit: number }): Promise<RecordedEvent[]>;
  count(name: string): Promise<number>;
  /** Resolves when nothing waits any more. */
  flush(): Promise<void>;
};

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
        await tables
          .insertInto('audit_events')
          .values(batch.map(({ event }) => rowOf(event)))
          .execute();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        onError(error);
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  }

  return {
    record(event) {
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        writing ??= wait(COLLECT_FOR_MS).then(drain);
      });
    },
    async listOf(citizenId, { limit }) {
      const rows = await tables
        .selectFrom('audit_events')
        .selectAll()
        .where('citizen_id', '=', citizenId)
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
  return { name, citizen_id: citizenId ?? null, client_id: clientId ?? null, details: JSON.stringify(details) };
}
