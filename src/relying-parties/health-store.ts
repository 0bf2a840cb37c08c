import { type ColumnType, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { DAY } from '#platform/durations.ts';
import { type Failure, type FailureReason, isFailureReason } from './failure-reasons.ts';

/** What was gathered since the last write. */
type Gathered = {
  uses: readonly { clientId: string; signedInAt?: number | undefined; tokenAt?: number | undefined }[];
  errors: readonly { clientId: string; reason: FailureReason; count: number; lastAt: number }[];
  failures: readonly Failure[];
};

export type ErrorCount = { reason: FailureReason; count: number; lastAt: number };

export type HealthStore = ReturnType<typeof createHealthStore>;

type Rows = {
  relying_party_uses: { client_id: string; signed_in_at: Date | null; token_at: Date | null };
  relying_party_errors: { client_id: string; day: string; reason: string; failures: number | string; last_at: Date };
  relying_party_failures: {
    reference: string;
    client_id: string;
    at: Date;
    endpoint: string;
    reason: string;
    parameters: ColumnType<Failure['parameters'], string>;
  };
};

/** What universities are told of; older days say nothing about today's software. */
export const KEPT_FOR = 30 * DAY;
/** The newest of each reason. Whoever makes a relying party fail on purpose pushes out others of that reason alone. */
export const FAILURES_OF_A_REASON = 20;

/** Counts, not rows, however often something fails: a row for each relying party, day and reason. */
export function createHealthStore({ database }: { database: Database }) {
  const tables = database.withTables<Rows>();

  return {
    /** In one statement for each table, whatever was gathered. */
    async save({ uses, errors, failures }: Gathered): Promise<void> {
      if (uses.length > 0)
        await sql`
          insert into relying_party_uses (client_id, signed_in_at, token_at)
          select client_id, signed_in_at, token_at from jsonb_to_recordset(${JSON.stringify(uses.map(useRow))}::jsonb)
            as used (client_id text, signed_in_at timestamptz, token_at timestamptz)
          order by client_id
          on conflict (client_id) do update set
            signed_in_at = greatest(relying_party_uses.signed_in_at, excluded.signed_in_at),
            token_at = greatest(relying_party_uses.token_at, excluded.token_at)`.execute(database);
      if (errors.length > 0)
        await sql`
          insert into relying_party_errors (client_id, day, reason, failures, last_at)
          select client_id, day, reason, failures, last_at
          from jsonb_to_recordset(${JSON.stringify(errors.map(errorRow))}::jsonb)
            as failed (client_id text, day text, reason text, failures bigint, last_at timestamptz)
          order by client_id, day, reason
          on conflict (client_id, day, reason) do update set
            failures = relying_party_errors.failures + excluded.failures,
            last_at = greatest(relying_party_errors.last_at, excluded.last_at)`.execute(database);
      if (failures.length > 0) {
        await tables
          .insertInto('relying_party_failures')
          .values(failures.map(failureRow))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        await keepNewest(failures);
      }
    },

    async findUses(clientId: string) {
      const row = await tables
        .selectFrom('relying_party_uses')
        .selectAll()
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return { lastSignInAt: row?.signed_in_at?.getTime(), lastTokenAt: row?.token_at?.getTime() };
    },

    /** Of these days together, the most frequent first. */
    async countErrors({ clientId, since }: { clientId: string; since: number }): Promise<ErrorCount[]> {
      const rows = await tables
        .selectFrom('relying_party_errors')
        .select('reason')
        .select(({ fn }) => [fn.sum<number | string>('failures').as('failures'), fn.max<Date>('last_at').as('last_at')])
        .where('client_id', '=', clientId)
        .where('day', '>=', dayOf(since))
        .groupBy('reason')
        .execute();
      return rows
        .flatMap(({ reason, failures, last_at }) =>
          isFailureReason(reason) ? [{ reason, count: Number(failures), lastAt: last_at.getTime() }] : [],
        )
        .sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
    },

    /** By day, oldest first; days without a failure are not among them. */
    async countErrorsByDay({ clientId, since }: { clientId: string; since: number }) {
      const rows = await tables
        .selectFrom('relying_party_errors')
        .select('day')
        .select(({ fn }) => fn.sum<number | string>('failures').as('failures'))
        .where('client_id', '=', clientId)
        .where('day', '>=', dayOf(since))
        .groupBy('day')
        .orderBy('day')
        .execute();
      return rows.map(({ day, failures }) => ({ day, count: Number(failures) }));
    },

    /** Several where one request failed at more than one relying party's name. */
    async listByReference({ reference, since }: { reference: string; since: number }): Promise<Failure[]> {
      const rows = await tables
        .selectFrom('relying_party_failures')
        .selectAll()
        .where('reference', '=', reference)
        .where('at', '>=', new Date(since))
        .execute();
      return rows.flatMap(failureOf);
    },

    /** Newest first. */
    async listFailures({ clientId, since, limit }: { clientId: string; since: number; limit: number }) {
      const rows = await tables
        .selectFrom('relying_party_failures')
        .selectAll()
        .where('client_id', '=', clientId)
        .where('at', '>=', new Date(since))
        .orderBy('at', 'desc')
        .limit(limit)
        .execute();
      return rows.flatMap(failureOf);
    },

    /** Forgets what is older. */
    async prune(before: number): Promise<void> {
      await tables.deleteFrom('relying_party_errors').where('day', '<', dayOf(before)).execute();
      await tables.deleteFrom('relying_party_failures').where('at', '<', new Date(before)).execute();
    },
  };

  async function keepNewest(written: readonly Failure[]): Promise<void> {
    const groups = new Map(written.map((failure) => [`${failure.clientId} ${failure.reason}`, failure]));
    for (const { clientId, reason } of groups.values()) {
      const kept = tables
        .selectFrom('relying_party_failures')
        .select('reference')
        .where('client_id', '=', clientId)
        .where('reason', '=', reason)
        .orderBy('at', 'desc')
        .orderBy('reference')
        .limit(FAILURES_OF_A_REASON);
      await tables
        .deleteFrom('relying_party_failures')
        .where('client_id', '=', clientId)
        .where('reason', '=', reason)
        .where('reference', 'not in', kept)
        .execute();
    }
  }
}

/** In UTC, as in 2026-01-31. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function useRow({ clientId, signedInAt, tokenAt }: Gathered['uses'][number]) {
  const moment = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return { client_id: clientId, signed_in_at: moment(signedInAt), token_at: moment(tokenAt) };
}

function errorRow({ clientId, reason, count, lastAt }: Gathered['errors'][number]) {
  const last_at = new Date(lastAt).toISOString();
  return { client_id: clientId, day: dayOf(lastAt), reason, failures: count, last_at };
}

function failureRow({ reference, clientId, at, endpoint, reason, parameters }: Failure) {
  return {
    reference,
    client_id: clientId,
    at: new Date(at),
    endpoint,
    reason,
    parameters: JSON.stringify(parameters),
  };
}

function failureOf(row: {
  reference: string;
  client_id: string;
  at: Date;
  endpoint: string;
  reason: string;
  parameters: Failure['parameters'];
}): Failure[] {
  const { reference, client_id, at, endpoint, reason, parameters } = row;
  if (!isFailureReason(reason)) return [];
  return [{ reference, clientId: client_id, at: at.getTime(), endpoint, reason, parameters }];
}
