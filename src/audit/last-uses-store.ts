import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';

/**
 * When each relying party last learned who this citizen is: milliseconds since 1970, by client id. It jumps from service
 * to service through the index instead of reading every event of a long life, so it costs as much as there are services.
 */
export async function readLastUses(database: Database, citizenId: string): Promise<Map<string, number>> {
  const { rows } = await lastUsesQuery(citizenId).execute(database);
  return new Map(rows.map(({ client_id, at }) => [client_id, at.getTime()]));
}

export function lastUsesQuery(citizenId: string) {
  const newestAfter = (clientId: ReturnType<typeof sql>) => sql`
    select client_id, at from audit_events
    where name = 'tokens.issued' and citizen_id = ${citizenId} and client_id > ${clientId}
    order by client_id, id desc limit 1`;
  return sql<{ client_id: string; at: Date }>`
    with recursive used as (
      (${newestAfter(sql`''`)})
      union all
      select later.client_id, later.at from used cross join lateral (${newestAfter(sql`used.client_id`)}) as later
    )
    select client_id, at from used`;
}
