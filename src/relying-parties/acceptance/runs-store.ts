import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { CaseResult } from './case.ts';
import { type BrokenWhy, type Occasion, OURS, type Run, type RunState, type RunWithResults } from './run.ts';

/** A run that this instance works on, until another one may take it for dead. */
export type LeasedRun = Run & { attempts: number };

export type AcceptanceRunsStore = ReturnType<typeof createAcceptanceRunsStore>;

type Row = {
  id: string;
  client_id: string;
  revision: number;
  fingerprint: string;
  occasion: Occasion;
  asked_by: string;
  asked_at: Date;
  state: RunState;
  broken_why: BrokenWhy | null;
  attempts: number;
  worked_by: string | null;
  leased_until: Date | null;
  ended_at: Date | null;
};
type ResultRow = {
  run_id: string;
  case_id: CaseResult['caseId'];
  position: number;
  verdict: CaseResult['verdict'];
  seen: CaseResult['seen'];
  detail: string | null;
  exchange: CaseResult['exchange'];
};
type Tables = { acceptance_runs: Row; acceptance_results: ResultRow };

const UNDER_WAY = ['waiting', 'running'] as const;
/** Of one relying party: a month of daily runs and some. */
const KEPT = 50;

export function createAcceptanceRunsStore({ database }: { database: Database }) {
  const tables = database.withTables<Tables>();
  const ofClient = (clientId: string) =>
    tables.selectFrom('acceptance_runs').selectAll().where('client_id', '=', clientId).orderBy('asked_at', 'desc');

  return {
    /** False, and nothing is written, when one of this relying party is under way. */
    async add({
      id,
      clientId,
      revision,
      fingerprint,
      occasion,
      askedBy,
      askedAt,
    }: Omit<Run, 'state'>): Promise<boolean> {
      const added = await tables
        .insertInto('acceptance_runs')
        .values({
          id,
          client_id: clientId,
          revision,
          fingerprint,
          occasion,
          asked_by: askedBy,
          asked_at: new Date(askedAt),
          state: 'waiting',
          attempts: 0,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (added !== undefined) await prune(clientId);
      return added !== undefined;
    },

    async find(id: string): Promise<RunWithResults | undefined> {
      const row = await tables.selectFrom('acceptance_runs').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const results = await tables
        .selectFrom('acceptance_results')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('position')
        .execute();
      return { ...fromRow(row), results: results.map(fromResultRow) };
    },

    async findUnderWay(clientId: string): Promise<Run | undefined> {
      const row = await ofClient(clientId).where('state', 'in', UNDER_WAY).executeTakeFirst();
      return row && fromRow(row);
    },

    /** Newest first. */
    async listOf(clientId: string, { limit }: { limit: number }): Promise<Run[]> {
      return (await ofClient(clientId).limit(limit).execute()).map(fromRow);
    },

    /** The newest that has ended and says something: what broke on our side is left out. */
    async findLatestEnded(clientId: string): Promise<Run | undefined> {
      const row = await ofClient(clientId)
        .where('state', 'not in', UNDER_WAY)
        .where((of) => of.or([of('broken_why', 'is', null), of('broken_why', 'not in', [...OURS])]))
        .limit(1)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    /** The newest of each of these that ever had one; at least one is asked about. */
    async listLatestOf(clientIds: readonly string[]): Promise<Run[]> {
      const rows = await tables
        .selectFrom('acceptance_runs')
        .distinctOn('client_id')
        .selectAll()
        .where('client_id', 'in', clientIds)
        .orderBy('client_id')
        .orderBy('asked_at', 'desc')
        .execute();
      return rows.map(fromRow);
    },

    async countSince(clientId: string, since: number): Promise<number> {
      const { count } = await tables
        .selectFrom('acceptance_runs')
        .select(sql<string>`count(*)`.as('count'))
        .where('client_id', '=', clientId)
        .where('asked_at', '>', new Date(since))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    /** The oldest that waits or whose instance is dead. What a dead one had found is gone: it is begun anew. */
    async takeNext({
      worker,
      at,
      leasedUntil,
    }: {
      worker: string;
      at: number;
      leasedUntil: number;
    }): Promise<LeasedRun | undefined> {
      const { rows } = await sql<Row>`
        update acceptance_runs
        set state = 'running', worked_by = ${worker}, leased_until = ${new Date(leasedUntil)}, attempts = attempts + 1
        where id = (
          select id from acceptance_runs
          where state = 'waiting' or (state = 'running' and leased_until <= ${new Date(at)})
          order by asked_at limit 1 for update skip locked)
        returning *`.execute(tables);
      const [row] = rows;
      if (row === undefined) return undefined;
      if (row.attempts > 1) await tables.deleteFrom('acceptance_results').where('run_id', '=', row.id).execute();
      return { ...fromRow(row), attempts: row.attempts };
    },

    /** Keeps the lease as well. False when somebody else has the run by now. */
    addResult(
      { id, worker, leasedUntil }: { id: string; worker: string; leasedUntil: number },
      { result, position }: { result: CaseResult; position: number },
    ): Promise<boolean> {
      return tables.transaction().execute(async (transaction) => {
        const kept = await transaction
          .updateTable('acceptance_runs')
          .set({ leased_until: new Date(leasedUntil) })
          .where('id', '=', id)
          .where('worked_by', '=', worker)
          .where('state', '=', 'running')
          .returning('id')
          .executeTakeFirst();
        if (kept === undefined) return false;
        const { caseId, verdict, seen, detail, exchange } = result;
        await transaction
          .insertInto('acceptance_results')
          .values({
            run_id: id,
            case_id: caseId,
            position,
            verdict,
            seen,
            detail: detail ?? null,
            exchange: sql<CaseResult['exchange']>`${JSON.stringify(exchange)}::jsonb`,
          })
          .execute();
        return true;
      });
    },

    /** False when somebody else has the run by now. */
    async end({
      id,
      worker,
      state,
      brokenWhy,
      at,
    }: {
      id: string;
      worker: string;
      state: 'green' | 'red' | 'broken';
      brokenWhy?: BrokenWhy | undefined;
      at: number;
    }): Promise<boolean> {
      const ended = await ofWorker({ id, worker })
        .set({ state, broken_why: brokenWhy ?? null, ended_at: new Date(at), worked_by: null, leased_until: null })
        .returning('id')
        .executeTakeFirst();
      return ended !== undefined;
    },

    /** An instance that stops hands back what it has begun; that does not count as an attempt. */
    async handBack(about: { id: string; worker: string }): Promise<void> {
      const handed = await ofWorker(about)
        .set({ state: 'waiting', worked_by: null, leased_until: null, attempts: sql<number>`attempts - 1` })
        .returning('id')
        .executeTakeFirst();
      if (handed !== undefined) await tables.deleteFrom('acceptance_results').where('run_id', '=', about.id).execute();
    },
  };

  function ofWorker({ id, worker }: { id: string; worker: string }) {
    return tables
      .updateTable('acceptance_runs')
      .where('id', '=', id)
      .where('worked_by', '=', worker)
      .where('state', '=', 'running');
  }

  async function prune(clientId: string): Promise<void> {
    const beyond = ofClient(clientId).clearSelect().select('id').offset(KEPT);
    await tables.deleteFrom('acceptance_runs').where('id', 'in', beyond).execute();
  }
}

function fromRow(row: Row): Run {
  return {
    id: row.id,
    clientId: row.client_id,
    revision: row.revision,
    fingerprint: row.fingerprint,
    occasion: row.occasion,
    askedBy: row.asked_by,
    askedAt: row.asked_at.getTime(),
    state: row.state,
    ...(row.ended_at !== null && { endedAt: row.ended_at.getTime() }),
    ...(row.broken_why !== null && { brokenWhy: row.broken_why }),
  };
}

function fromResultRow({ case_id, verdict, seen, detail, exchange }: ResultRow): CaseResult {
  return { caseId: case_id, verdict, seen, ...(detail !== null && { detail }), exchange };
}
