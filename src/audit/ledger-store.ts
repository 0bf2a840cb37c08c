import { type ColumnType, sql, type Transaction } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { SignedHead } from './ledger-head.ts';

/** An entry in its place under a head; `salt` is null once it was erased. `entry` is undefined when the event is gone. */
export type PlacedEntry = {
  eventId: number;
  head: number;
  position: number;
  salt: Buffer | null;
  commitment: Buffer;
  entry: LedgerEntry | undefined;
};

type NewHead = { head: SignedHead; places: readonly { eventId: number; salt: Buffer; commitment: Buffer }[] };

export type LedgerStore = {
  /**
   * Adds one head over at most `limit` events that no head covers, in one transaction. `make` is handed them, the last
   * head and the database's time, and may answer undefined: then nothing is added. Undefined also while another
   * instance is at it. Events that are committed late are taken by a later head.
   */
  addHead(
    limit: number,
    make: (found: {
      entries: LedgerEntry[];
      last: SignedHead | undefined;
      now: number;
    }) => Promise<NewHead | undefined>,
  ): Promise<SignedHead | undefined>;
  /** In order, after the given number. */
  listHeads(options: { after: number; limit: number }): Promise<SignedHead[]>;
  lastHead(): Promise<SignedHead | undefined>;
  /** All entries of one head, by position. */
  listPlaced(head: number): Promise<PlacedEntry[]>;
  findPlaced(eventId: number): Promise<PlacedEntry | undefined>;
  /** Events that no head covers although they are older than this, and entries whose head is not there. */
  countLost(olderThanMs: number): Promise<{ unsealed: number; headless: number }>;
  /** Forgets what events said of this citizen, and keeps that they happened. The answer is how many. */
  erase(citizenId: string): Promise<number>;
};

type EventRow = {
  id: ColumnType<number, never, never>;
  at: ColumnType<Date, never, never>;
  name: string;
  citizen_id: string | null;
  client_id: string | null;
  details: ColumnType<Record<string, unknown>, never, string>;
};
type HeadRow = {
  number: number;
  at: Date;
  entries: number;
  root: string;
  previous: string;
  key_id: string;
  signature: string;
};
type EntryRow = { event_id: number; head: number; position: number; salt: Buffer | null; commitment: Buffer };
type Tables = { audit_events: EventRow; ledger_heads: HeadRow; ledger_entries: EntryRow };

/** Any fixed number, the same on every instance: 'ledger' on a telephone's keys. */
const SEALING_LOCK = 533437;
/** Between two of them the process does other things; longer statements gain nothing. */
const ROWS_IN_A_STATEMENT = 1000;
/**
 * Events get their number before they are committed, so a lower number can appear behind a head. This far back is
 * looked for them each time: minutes at a thousand events a second. What is later still, `verify` reports.
 */
const LOOK_BACK = 100_000;

export function createLedgerStore({ database, issuer }: { database: Database; issuer: string }): LedgerStore {
  const tables = database.withTables<Tables>();
  const headFrom = ({ key_id, at, ...row }: HeadRow): SignedHead => ({
    ...row,
    issuer,
    at: at.getTime(),
    keyId: key_id,
  });

  async function lastHeadIn(place: typeof tables | Transaction<Tables>): Promise<SignedHead | undefined> {
    const row = await place
      .selectFrom('ledger_heads')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : headFrom(row);
  }

  const placed = () =>
    tables
      .selectFrom('ledger_entries as place')
      .leftJoin('audit_events as event', 'event.id', 'place.event_id')
      .select(['place.event_id', 'place.head', 'place.position', 'place.salt', 'place.commitment'])
      .select(['event.id', 'event.name', 'event.citizen_id', 'event.client_id', 'event.details'])
      .select(sql<string | null>`${microseconds('event')}`.as('at'));

  return {
    addHead(limit, make) {
      return tables.transaction().execute(async (transaction) => {
        const { rows } = await sql<{
          taken: boolean;
          now: Date;
        }>`select pg_try_advisory_xact_lock(${SEALING_LOCK}) as taken, clock_timestamp() as now`.execute(transaction);
        if (rows[0]?.taken !== true) return undefined;
        const made = await make({
          entries: await findUnsealed(transaction, limit),
          last: await lastHeadIn(transaction),
          now: rows[0].now.getTime(),
        });
        if (made === undefined) return undefined;
        const { issuer: _issuer, at, keyId, ...head } = made.head;
        await transaction
          .insertInto('ledger_heads')
          .values({ ...head, at: sql`to_timestamp(${at} / 1000.0)`, key_id: keyId })
          .execute();
        for (let from = 0; from < made.places.length; from += ROWS_IN_A_STATEMENT)
          await placeUnder(head.number, {
            transaction,
            from,
            places: made.places.slice(from, from + ROWS_IN_A_STATEMENT),
          });
        return made.head;
      });
    },
    async listHeads({ after, limit }) {
      const query = tables.selectFrom('ledger_heads').selectAll().where('number', '>', after);
      return (await query.orderBy('number').limit(limit).execute()).map(headFrom);
    },
    lastHead: () => lastHeadIn(tables),
    async listPlaced(head) {
      return (await placed().where('place.head', '=', head).orderBy('place.position').execute()).map(placedFrom);
    },
    async findPlaced(eventId) {
      const row = await placed().where('place.event_id', '=', eventId).executeTakeFirst();
      return row === undefined ? undefined : placedFrom(row);
    },
    async countLost(olderThanMs) {
      const { rows } = await sql<{ unsealed: number; headless: number }>`
        select
          (select count(*)::int from audit_events e where e.at < now() - ${olderThanMs} * interval '1 millisecond'
            and not exists (select from ledger_entries l where l.event_id = e.id)) as unsealed,
          (select count(*)::int from ledger_entries l
            where not exists (select from ledger_heads h where h.number = l.head)) as headless`.execute(tables);
      return rows[0] ?? { unsealed: 0, headless: 0 };
    },
    erase(citizenId) {
      return tables.transaction().execute(async (transaction) => {
        await sql`update ledger_entries set salt = null where salt is not null
          and event_id in (select id from audit_events where citizen_id = ${citizenId})`.execute(transaction);
        const erased = await sql`update audit_events set citizen_id = null, details = '{}'::jsonb
          where citizen_id = ${citizenId}`.execute(transaction);
        return Number(erased.numAffectedRows ?? 0);
      });
    },
  };
}

/** One parameter for all of them: a statement with five for each costs more to build than to run. */
async function placeUnder(
  head: number,
  { transaction, places, from }: { transaction: Transaction<Tables>; places: NewHead['places']; from: number },
): Promise<void> {
  const rows = places.map(({ eventId, salt, commitment }, index) => [
    eventId,
    from + index,
    salt.toString('hex'),
    commitment.toString('hex'),
  ]);
  await sql`
    insert into ledger_entries (event_id, head, position, salt, commitment)
    select (place->>0)::bigint, ${head}::int, (place->>1)::int, decode(place->>2, 'hex'), decode(place->>3, 'hex')
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) place`.execute(transaction);
}

async function findUnsealed(transaction: Transaction<Tables>, limit: number): Promise<LedgerEntry[]> {
  const rows = await transaction
    .selectFrom('audit_events as event')
    .select(['event.id', 'event.name', 'event.citizen_id', 'event.client_id', 'event.details'])
    .select(microseconds('event').as('at'))
    .where('event.id', '>', sql<number>`(select coalesce(max(event_id), 0) from ledger_entries) - ${LOOK_BACK}::bigint`)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('ledger_entries').select('event_id').whereRef('event_id', '=', 'event.id'))),
    )
    .orderBy('event.id')
    .limit(limit)
    .execute();
  return rows.map(entryFrom);
}

/** As text, because a number of JavaScript would round it. */
function microseconds(table: string) {
  return sql<string>`(extract(epoch from ${sql.ref(`${table}.at`)}) * 1000000)::bigint::text`;
}

type FoundEvent = {
  id: number;
  at: string;
  name: string;
  citizen_id: string | null;
  client_id: string | null;
  details: Record<string, unknown>;
};

function entryFrom({ id, at, name, citizen_id, client_id, details }: FoundEvent): LedgerEntry {
  return { id, at, name, citizenId: citizen_id, clientId: client_id, details };
}

type FoundPlace = EntryRow & { [Column in keyof FoundEvent]: FoundEvent[Column] | null };

function placedFrom({ event_id, head, position, salt, commitment, id, at, name, details, ...event }: FoundPlace) {
  const isThere = id !== null && at !== null && name !== null && details !== null;
  const entry = isThere ? entryFrom({ id, at, name, details, ...event }) : undefined;
  return { eventId: event_id, head, position, salt, commitment, entry };
}
