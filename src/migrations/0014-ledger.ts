import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * The sealed ledger over audit_events. Heads can only be added. Of an entry's own row only the salt may go, and of an
 * event only what it said of a person: that is erasure, and no hash depends on it.
 */
export async function up(database: Database): Promise<void> {
  await database.schema
    .createTable('ledger_heads')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('entries', 'integer', (column) => column.notNull())
    .addColumn('root', 'text', (column) => column.notNull())
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('ledger_entries')
    .addColumn('event_id', 'bigint', (column) => column.primaryKey())
    .addColumn('head', 'integer', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('salt', 'bytea')
    .addColumn('commitment', 'bytea', (column) => column.notNull())
    .addUniqueConstraint('ledger_entries_place', ['head', 'position'])
    .execute();
  await sql`
    create trigger ledger_heads_append_only before update or delete or truncate on ledger_heads
    for each statement execute function refuse_audit_change()`.execute(database);
  await sql`
    create trigger ledger_entries_kept before delete or truncate on ledger_entries
    for each statement execute function refuse_audit_change()`.execute(database);
  await sql`
    create function allow_ledger_erasure() returns trigger language plpgsql as $$
    begin
      if new.salt is null and (new.event_id, new.head, new.position, new.commitment)
        is not distinct from (old.event_id, old.head, old.position, old.commitment) then return new; end if;
      raise exception 'ledger entries can only be added; of an entry only its salt may be erased';
    end $$`.execute(database);
  await sql`
    create trigger ledger_entries_erasure before update on ledger_entries
    for each row execute function allow_ledger_erasure()`.execute(database);

  await sql`drop trigger audit_events_append_only on audit_events`.execute(database);
  await sql`
    create trigger audit_events_kept before delete or truncate on audit_events
    for each statement execute function refuse_audit_change()`.execute(database);
  await sql`
    create function allow_audit_erasure() returns trigger language plpgsql as $$
    begin
      if new.citizen_id is null and new.details = '{}'::jsonb
        and (new.id, new.at, new.name, new.client_id) is not distinct from (old.id, old.at, old.name, old.client_id)
        and exists (select from ledger_entries where event_id = old.id and salt is null) then return new; end if;
      raise exception 'audit events can only be added';
    end $$`.execute(database);
  await sql`
    create trigger audit_events_erasure before update on audit_events
    for each row execute function allow_audit_erasure()`.execute(database);
}
