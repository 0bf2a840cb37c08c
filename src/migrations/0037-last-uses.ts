import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * Where the services of a citizen are found one after the other, however often each was used. Only over the event that
 * tells it: every index on this table is paid for by each sign-in.
 */
export async function up(database: Database): Promise<void> {
  await sql`create index audit_events_last_uses on audit_events (citizen_id, client_id, id desc)
    where name = 'tokens.issued'`.execute(database);
}
