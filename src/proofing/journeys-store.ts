import { type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

/** One device's way through an enrolment or a recovery, as far as it got. */
export type Journey<Draft> = {
  /** Ours: binds codes and evidence. Never shown. */
  id: string;
  /** Counts the saves: of two tabs that act at once the second one's save finds another number. */
  version: number;
  draft: Draft;
  expiresAt: number;
};

/**
 * Journeys in PostgreSQL: a restart in any step loses nothing. A journey is found by the secret of its device alone,
 * which is stored as a keyed hash; an expired one is as if it were not there. The draft is sealed with the journey's id.
 */
export type JourneysStore<Draft> = {
  find(deviceSecret: string): Promise<Journey<Draft> | undefined>;
  /** Replaces what this device had of the kind. */
  create(a: { deviceSecret: string; draft: Draft; expiresAt: number }): Promise<Journey<Draft>>;
  /**
   * Undefined, and nothing changed, when somebody saved since it was read. `alongside` runs in the same transaction,
   * which is the one that is handed over, if there is one.
   */
  save(
    journey: Journey<Draft>,
    change: JourneyChange<Draft>,
    transaction?: Database,
  ): Promise<Journey<Draft> | undefined>;
  /** Those whose outside service may be asked again, oldest first, leased: nobody else takes them for a minute. */
  takeWaiting(batch: number): Promise<{ journey: Journey<Draft>; attempts: number }[]>;
  /** The journey that this code of a message may end. */
  findByStopCode(code: string): Promise<Journey<Draft> | undefined>;
  /** Ends the citizen's other journeys of this kind: one that was finished leaves none that could overrule it. */
  removeOthersOf(a: { citizenId: string; journeyId: string }): Promise<void>;
  countWaiting(): Promise<number>;
  /** Deletes what has expired; answers how many. */
  prune(): Promise<number>;
};

export type JourneyChange<Draft> = {
  draft: Draft;
  expiresAt?: number;
  stopCode?: string;
  /** When to ask again the service that `draft.waitingFor` names; without it the time stays as it is. */
  askAgainAt?: number;
  alongside?: (transaction: Database) => Promise<void>;
};

/** What the columns beside the sealed draft are taken from. */
type DraftCore = { at: string; citizenId?: string | undefined; waitingFor?: string | undefined };

type Row = {
  id: string;
  kind: string;
  device_hash: string;
  version: number;
  at: string;
  draft: string;
  citizen_id: string | null;
  waiting_for: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  stop_hash: string | null;
  created_at: Date;
  expires_at: Date;
};

type Needs<Draft> = {
  kind: 'enrolment' | 'recovery';
  shape: z.ZodType<Draft>;
  database: Database;
  sealer: Sealer;
  lookupHash: KeyedHash;
  clock: Clock;
};

/** Many times what one question may take. */
const LEASE = 1 * MINUTE;

/** Ties a sealed draft to its row. */
const place = (id: string) => `journeys.draft:${id}`;

/** For sealing anew: what a citizen typed so far lies under the same data key as the citizens. */
export const SEALED_DRAFTS = {
  table: 'journeys',
  column: 'draft',
  owner: 'id',
  place: (row: { id: string }) => place(row.id),
};

export function createJourneysStore<Draft extends DraftCore>(needs: Needs<Draft>): JourneysStore<Draft> {
  const { kind, shape, database, sealer, lookupHash, clock } = needs;
  const tables = database.withTables<{ journeys: Row }>();
  const deviceHash = (secret: string) => lookupHash(`journey-device:${kind}:${secret}`);
  const stopHash = (code: string) => lookupHash(`journey-stop:${code}`);

  const columnsOf = (id: string, draft: Draft) => ({
    at: draft.at,
    draft: sealer.seal(JSON.stringify(draft), place(id)),
    citizen_id: draft.citizenId ?? null,
    waiting_for: draft.waitingFor ?? null,
  });

  const read = (row: Selectable<Row>): Journey<Draft> => ({
    id: row.id,
    version: row.version,
    draft: shape.parse(JSON.parse(sealer.unseal(row.draft, place(row.id)).toString())),
    expiresAt: row.expires_at.getTime(),
  });

  const living = () =>
    tables.selectFrom('journeys').selectAll().where('kind', '=', kind).where('expires_at', '>', new Date(clock.now()));

  return {
    async find(deviceSecret) {
      const row = await living().where('device_hash', '=', deviceHash(deviceSecret)).executeTakeFirst();
      return row && read(row);
    },

    async create({ deviceSecret, draft, expiresAt }) {
      const id = rowId();
      const fresh = {
        id,
        ...columnsOf(id, draft),
        version: 1,
        attempts: 0,
        next_attempt_at: null,
        stop_hash: null,
        created_at: new Date(clock.now()),
        expires_at: new Date(expiresAt),
      };
      await tables
        .insertInto('journeys')
        .values({ kind, device_hash: deviceHash(deviceSecret), ...fresh })
        .onConflict((conflict) => conflict.columns(['kind', 'device_hash']).doUpdateSet(fresh))
        .execute();
      return { id, version: 1, draft, expiresAt };
    },

    async save({ id, version, expiresAt }, change, given) {
      const update = (where: typeof tables) =>
        where
          .updateTable('journeys')
          .set({
            ...columnsOf(id, change.draft),
            version: version + 1,
            ...(change.askAgainAt !== undefined && { next_attempt_at: new Date(change.askAgainAt) }),
            ...(change.draft.waitingFor === undefined && { next_attempt_at: null, attempts: 0 }),
            ...(change.expiresAt !== undefined && { expires_at: new Date(change.expiresAt) }),
            ...(change.stopCode !== undefined && { stop_hash: stopHash(change.stopCode) }),
          })
          .where('id', '=', id)
          .where('version', '=', version)
          .executeTakeFirst();
      const { alongside } = change;
      const within = async (transaction: Database) => {
        const { numUpdatedRows } = await update(transaction.withTables<{ journeys: Row }>());
        if (numUpdatedRows !== 1n) return false;
        await alongside?.(transaction);
        return true;
      };
      const isSaved = given === undefined ? await database.transaction().execute(within) : await within(given);
      return isSaved
        ? { id, version: version + 1, draft: change.draft, expiresAt: change.expiresAt ?? expiresAt }
        : undefined;
    },

    async takeWaiting(batch) {
      const now = clock.now();
      const rows = await tables
        .with('due', (query) =>
          query
            .selectFrom('journeys')
            .select('id')
            .where('kind', '=', kind)
            .where('waiting_for', 'is not', null)
            .where('next_attempt_at', '<=', new Date(now))
            .where('expires_at', '>', new Date(now))
            .orderBy('next_attempt_at')
            .limit(batch)
            .forUpdate()
            .skipLocked(),
        )
        .updateTable('journeys')
        .from('due')
        .whereRef('journeys.id', '=', 'due.id')
        .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: new Date(now + LEASE) }))
        .returningAll('journeys')
        .execute();
      return rows.map((row) => ({ journey: read(row), attempts: row.attempts }));
    },

    async findByStopCode(code) {
      const row = await living().where('stop_hash', '=', stopHash(code)).executeTakeFirst();
      return row && read(row);
    },

    async removeOthersOf({ citizenId, journeyId }) {
      await tables
        .deleteFrom('journeys')
        .where('kind', '=', kind)
        .where('citizen_id', '=', citizenId)
        .where('id', '!=', journeyId)
        .execute();
    },

    async countWaiting() {
      const { total } = await tables
        .selectFrom('journeys')
        .select(sql<number>`count(*)::int`.as('total'))
        .where('kind', '=', kind)
        .where('waiting_for', 'is not', null)
        .executeTakeFirstOrThrow();
      return total;
    },

    async prune() {
      const deleted = await tables
        .deleteFrom('journeys')
        .where('kind', '=', kind)
        .where('expires_at', '<=', new Date(clock.now()))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}
