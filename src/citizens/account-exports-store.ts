import { gunzipSync, gzipSync } from 'node:zlib';
import type { ColumnType } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

/**
 * Everything of a citizen as two files, one request for each citizen at a time. The files are compressed and sealed for
 * their owner; whoever copies the table has neither.
 */
export type AccountExportsStore = {
  /** Takes the place of a finished one. False while one is being made. */
  ask(request: { id: string; citizenId: string; language: 'fa' | 'en'; parts: number; now: number }): Promise<boolean>;
  find(citizenId: string): Promise<KeptExport | undefined>;
  /** Leases what is due; what is not finished by the lease's end is due again, on any instance. */
  takeDue(limits: { now: number; leaseMs: number; batch: number }): Promise<ExportWork[]>;
  /** Prolongs the lease as well. False when another instance has taken over meanwhile. */
  notePart(work: ExportWork, at: { parts: number; leasedUntil: number }): Promise<boolean>;
  finish(work: ExportWork, made: Record<ExportFile, string> & { at: number }): Promise<void>;
  /** There is no next try. */
  giveUp(work: ExportWork, at: number): Promise<void>;
  /** Undefined when there is none, or it was made before then. */
  open(of: { citizenId: string; file: ExportFile; madeSince: number }): Promise<string | undefined>;
  removeOf(citizenId: string): Promise<void>;
  /** What ended before then; answers how many. */
  prune(endedBefore: number): Promise<number>;
};

export type ExportFile = 'json' | 'page';
export type ExportWork = { id: string; citizenId: string; language: 'fa' | 'en'; attempt: number };
/** Times in milliseconds since 1970. */
type KeptExport = { partsDone: number; partsInAll: number; readyAt?: number; failedAt?: number };

type MaybeTimestamp = ColumnType<Date | null, null | undefined, Date | null>;
type Row = {
  id: string;
  citizen_id: string;
  language: 'fa' | 'en';
  asked_at: Date;
  parts_done: number;
  parts_in_all: number;
  attempts: number;
  next_attempt_at: Date;
  ready_at: MaybeTimestamp;
  failed_at: MaybeTimestamp;
  json: string | null;
  page: string | null;
};

export function createAccountExportsStore({
  database,
  sealer,
}: {
  database: Database;
  sealer: Sealer;
}): AccountExportsStore {
  const tables = database.withTables<{ account_exports: Row }>();
  const seal = (text: string, work: ExportWork, file: ExportFile) =>
    sealer.seal(gzipSync(text), placeOfExport({ ...work, file }));
  /** Only while it is still ours: after a lost lease another instance's work counts. */
  const mine = ({ id, attempt }: ExportWork) =>
    tables
      .updateTable('account_exports')
      .where('id', '=', id)
      .where('attempts', '=', attempt)
      .where('ready_at', 'is', null);

  return {
    async ask({ id, citizenId, language, parts, now }) {
      const fresh = { id, language, parts_done: 0, parts_in_all: parts, attempts: 0 };
      const asked = await tables
        .insertInto('account_exports')
        .values({ ...fresh, citizen_id: citizenId, asked_at: new Date(now), next_attempt_at: new Date(now) })
        .onConflict((conflict) =>
          conflict
            .column('citizen_id')
            .doUpdateSet({
              ...fresh,
              ...{ asked_at: new Date(now), next_attempt_at: new Date(now) },
              ...{ ready_at: null, failed_at: null, json: null, page: null },
            })
            .where(({ or, eb }) =>
              or([eb('account_exports.ready_at', 'is not', null), eb('account_exports.failed_at', 'is not', null)]),
            ),
        )
        .executeTakeFirst();
      return asked.numInsertedOrUpdatedRows === 1n;
    },
    async find(citizenId) {
      const columns = ['parts_done', 'parts_in_all', 'ready_at', 'failed_at'] as const;
      const query = tables.selectFrom('account_exports').select(columns).where('citizen_id', '=', citizenId);
      const row = await query.executeTakeFirst();
      return (
        row && {
          partsDone: row.parts_done,
          partsInAll: row.parts_in_all,
          ...(row.ready_at !== null && { readyAt: row.ready_at.getTime() }),
          ...(row.failed_at !== null && { failedAt: row.failed_at.getTime() }),
        }
      );
    },
    async takeDue({ now, leaseMs, batch }) {
      const rows = await tables
        .with('due', (query) =>
          query
            .selectFrom('account_exports')
            .select('id')
            .where('ready_at', 'is', null)
            .where('failed_at', 'is', null)
            .where('next_attempt_at', '<=', new Date(now))
            .orderBy('next_attempt_at')
            .limit(batch)
            .forUpdate()
            .skipLocked(),
        )
        .updateTable('account_exports')
        .from('due')
        .whereRef('account_exports.id', '=', 'due.id')
        .set(({ eb }) => ({
          attempts: eb('attempts', '+', 1),
          next_attempt_at: new Date(now + leaseMs),
          parts_done: 0,
        }))
        .returning(['account_exports.id', 'citizen_id', 'language', 'attempts'])
        .execute();
      return rows.map(({ id, citizen_id, language, attempts }) => ({
        ...{ id, citizenId: citizen_id, language, attempt: attempts },
      }));
    },
    async notePart(work, { parts, leasedUntil }) {
      const noted = mine(work).set({ parts_done: parts, next_attempt_at: new Date(leasedUntil) });
      return (await noted.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async finish(work, { json, page, at: readyAt }) {
      const files = { json: seal(json, work, 'json'), page: seal(page, work, 'page') };
      await mine(work)
        .set({ ...files, ready_at: new Date(readyAt) })
        .execute();
    },
    async giveUp(work, failedAt) {
      await mine(work)
        .set({ failed_at: new Date(failedAt) })
        .execute();
    },
    async open({ citizenId, file, madeSince }) {
      const row = await tables
        .selectFrom('account_exports')
        .select(['id', file])
        .where('citizen_id', '=', citizenId)
        .where('ready_at', '>=', new Date(madeSince))
        .executeTakeFirst();
      const sealed = row?.[file];
      if (row === undefined || sealed === undefined || sealed === null) return undefined;
      return gunzipSync(sealer.unseal(sealed, placeOfExport({ id: row.id, citizenId, file }))).toString();
    },
    async removeOf(citizenId) {
      await tables.deleteFrom('account_exports').where('citizen_id', '=', citizenId).execute();
    },
    async prune(endedBefore) {
      const ended = new Date(endedBefore);
      const deleted = await tables
        .deleteFrom('account_exports')
        .where(({ or, eb }) => or([eb('ready_at', '<', ended), eb('failed_at', '<', ended)]))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}

/** Ties a sealed file to its row, its owner and its kind. */
export function placeOfExport({ id, citizenId, file }: { id: string; citizenId: string; file: ExportFile }): string {
  return `account_exports.${file}:${citizenId}:${id}`;
}
