import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { RecordedEvent } from './audit-store.ts';

/** The events of events.ts that tell what operators did; the index `audit_events_operator_acts_of_commands` holds the same. */
export const OPERATOR_ACTS = [
  'operator.changed',
  'operator.refused',
  'console.entered',
  'console.left',
  'approval.changed',
  'organisation.changed',
  'organisation.moved',
  'organisation.domain-changed',
  'relying-party.changed',
  'client-secret.changed',
  'agreement.changed',
  'claims-source.changed',
  'acceptance.asked',
  'incident.worked',
  'signing-keys.changed',
  'data-key.changed',
  'letter.revived',
] as const;
type OperatorAct = (typeof OPERATOR_ACTS)[number];

export type OperatorActEvent = RecordedEvent & { name: OperatorAct };

/** Times in milliseconds since 1970. */
export type OperatorActFilter = {
  act?: OperatorAct | undefined;
  /** A citizen's id, or what a command or a service is called. */
  by?: string | undefined;
  /** What was done to it or to one of its relying parties. */
  organisation?: { id: string; clientIds: readonly string[] } | undefined;
  from?: number | undefined;
  until?: number | undefined;
  /** The id of an event: only older ones. */
  before?: string | undefined;
  limit: number;
};

type Row = {
  id_text: string;
  at: Date;
  name: OperatorAct;
  citizen_id: string | null;
  client_id: string | null;
  details: RecordedEvent['details'];
};

/** Newest first. */
export async function listOperatorActs(database: Database, filter: OperatorActFilter): Promise<OperatorActEvent[]> {
  const { act, by, organisation, from, until, before, limit } = filter;
  // Literals, so that the planner sees that the index holds them.
  const names = sql.join(OPERATOR_ACTS.map((name) => sql.lit(name)));
  const abouts = organisation === undefined ? [] : [organisation.id, ...organisation.clientIds];
  const conditions = [
    sql`name in (${names})`,
    ...(act === undefined ? [] : [sql`name = ${act}`]),
    // Who enters and leaves is whom the event is about.
    ...(by === undefined
      ? []
      : [sql`(details->>'by' = ${by} or (name in ('console.entered', 'console.left') and citizen_id = ${by}))`]),
    ...(organisation === undefined
      ? []
      : [
          sql`(details->>'organisationId' = ${organisation.id} or details->>'subject' = any(${abouts}::text[])
            or client_id = any(${abouts.slice(1)}::text[]))`,
        ]),
    ...(from === undefined ? [] : [sql`at >= ${new Date(from)}`]),
    ...(until === undefined ? [] : [sql`at < ${new Date(until)}`]),
    ...(before === undefined ? [] : [sql`id < ${before}::bigint`]),
  ];
  const { rows } = await sql<Row>`
    select id::text as id_text, at, name, citizen_id, client_id, details from audit_events
    where ${sql.join(conditions, sql` and `)} order by id desc limit ${limit}`.execute(database);
  return rows.map(({ id_text, at, name, citizen_id, client_id, details }) => ({
    ...{ id: id_text, at: at.getTime(), name, details },
    citizenId: citizen_id ?? undefined,
    clientId: client_id ?? undefined,
  }));
}
