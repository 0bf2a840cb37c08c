import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/** Append-only, and kept so by the database: an update, a deletion or a truncation fails whoever asks. */
export async function up(database: Database): Promise<void> {
  await sql`
    create table audit_events (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      name text not null,
      citizen_id text,
      client_id text,
      details jsonb not null
    )`.execute(database);
  await sql`create index audit_events_citizen on audit_events (citizen_id, id desc) where citizen_id is not null`.execute(
    database,
  );
  await sql`create index audit_events_client on audit_events (client_id, id desc) where client_id is not null`.execute(
    database,
  );
  await sql`
    create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'audit events can only be added';
    end $$`.execute(database);
  await sql`
    create trigger audit_events_append_only before update or delete or truncate on audit_events
    for each statement execute function refuse_audit_change()`.execute(database);
}
