import { type ColumnType, type Selectable, sql } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { DAY, SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { type DeliveryResult, judgeDelivery } from './logout-retries.ts';

/** A citizen signed out, and this relying party has to be told (OpenID Connect Back-Channel Logout 1.0). */
export type LogoutDebt = {
  /** Of two debts with one id, one is owed. A new one where it is left out. */
  id?: string | undefined;
  clientId: string;
  citizenId: string /** The session's id towards this relying party. */;
  sid?: string | undefined;
  /** Names the sign-out that it came of, under a keyed hash of what the browser holds. */
  signOut?: string | undefined;
  /** False: it gave no address to be told at. Noted for the citizen alone. */
  takesPart?: boolean | undefined;
};

type OwedLogout = LogoutDebt & {
  id: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** The one under way included. */
  attempts: number;
};

type DeadLogout = OwedLogout & { deadAt: number; lastError: string };

/** Signs a fresh logout token and posts it. Throwing counts as a failure that may pass. */
export type DeliverLogout = (owed: OwedLogout) => Promise<{ status: number }>;

export type Round = { delivered: number; failed: number; dead: readonly DeadLogout[] };

export type LogoutOutbox = {
  /** One insert for all of them. When it resolves, no crash loses them. */
  owe(debts: readonly LogoutDebt[]): Promise<void>;
  /** Takes what is due, oldest first, and tries to deliver it all at the same time. No two instances take the same row while its lease runs. */
  deliverDue(by: { deliver: DeliverLogout; batch: number }): Promise<Round>;
  /** Newest first. */
  listDead(options?: { id?: string; clientId?: string; limit?: number }): Promise<DeadLogout[]>;
  /** Owes a dead one again, as if it were new. False when it is not dead. */
  revive(id: string): Promise<boolean>;
  countDead(): Promise<number>;
  /** Per relying party, of what was owed since then. */
  listSuccessRates(since: number): Promise<{ clientId: string; owed: number; delivered: number; dead: number }[]>;
  /** Deletes what was delivered more than 30 days ago; answers how many. */
  prune(): Promise<number>;
};

type Row = {
  id: string;
  client_id: string;
  citizen_id: string;
  sid: string | null;
  created_at: Date;
  attempts: number;
  next_attempt_at: Date;
  delivered_at: Date | null;
  dead_at: Date | null;
  last_error: string | null;
  sign_out: string | null;
  takes_part: ColumnType<boolean, boolean | undefined, never>;
};

/** Many times the 3 s that one delivery may take, and more than two instances' clocks differ. */
const LEASE = 60 * SECOND;
const DELIVERED_KEPT = 30 * DAY;

export function createLogoutOutbox({ database, clock }: { database: Database; clock: Clock }): LogoutOutbox {
  const tables = database.withTables<{ logout_outbox: Row }>();

  return {
    async owe(debts) {
      if (debts.length === 0) return;
      const now = new Date(clock.now());
      await tables
        .insertInto('logout_outbox')
        .values(
          debts.map(({ id = rowId(), clientId, citizenId, sid, signOut, takesPart = true }) => ({
            id,
            client_id: clientId,
            citizen_id: citizenId,
            sid: sid ?? null,
            created_at: now,
            attempts: 0,
            next_attempt_at: now,
            sign_out: signOut ?? null,
            // Those who take no part are settled from the start, so that nobody tries to deliver them.
            ...(takesPart ? {} : { takes_part: false, delivered_at: now }),
          })),
        )
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    async deliverDue({ deliver, batch }) {
      const taken = await take(batch);
      const results = await Promise.all(taken.map(async (owed) => settle(owed, await attempt(deliver, owed))));
      return {
        delivered: results.filter((result) => result === 'delivered').length,
        failed: results.filter((result) => result === 'failed').length,
        dead: results.filter((result) => typeof result === 'object'),
      };
    },

    async listDead({ id, clientId, limit = 100 } = {}) {
      let query = tables.selectFrom('logout_outbox').selectAll().where('dead_at', 'is not', null);
      if (id !== undefined) query = query.where('id', '=', id);
      if (clientId !== undefined) query = query.where('client_id', '=', clientId);
      const rows = await query.orderBy('dead_at', 'desc').limit(limit).execute();
      return rows.map((row) => ({
        ...owedFrom(row),
        deadAt: row.dead_at?.getTime() ?? 0,
        lastError: row.last_error ?? '',
      }));
    },

    async revive(id) {
      const now = new Date(clock.now());
      const revived = await tables
        .updateTable('logout_outbox')
        .set({ dead_at: null, attempts: 0, created_at: now, next_attempt_at: now })
        .where('id', '=', id)
        .where('dead_at', 'is not', null)
        .executeTakeFirst();
      return revived.numUpdatedRows > 0n;
    },

    async countDead() {
      const { dead } = await tables
        .selectFrom('logout_outbox')
        .select(sql<number>`count(*)::int`.as('dead'))
        .where('dead_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return dead;
    },

    async listSuccessRates(since) {
      const rows = await tables
        .selectFrom('logout_outbox')
        .select('client_id')
        .select(({ fn }) => [
          fn.countAll<number | string>().as('owed'),
          fn.count<number | string>('delivered_at').as('delivered'),
          fn.count<number | string>('dead_at').as('dead'),
        ])
        .where('created_at', '>=', new Date(since))
        .where('takes_part', '=', true)
        .groupBy('client_id')
        .orderBy('client_id')
        .execute();
      return rows.map((row) => ({
        clientId: row.client_id,
        owed: Number(row.owed),
        delivered: Number(row.delivered),
        dead: Number(row.dead),
      }));
    },

    async prune() {
      const deleted = await tables
        .deleteFrom('logout_outbox')
        .where('delivered_at', '<', new Date(clock.now() - DELIVERED_KEPT))
        .executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };

  /** The lease is the next attempt: when this instance dies on the way, the row is simply due again. */
  async function take(batch: number): Promise<OwedLogout[]> {
    const now = clock.now();
    const rows = await tables
      .with('due', (query) =>
        query
          .selectFrom('logout_outbox')
          .select('id')
          .where('delivered_at', 'is', null)
          .where('dead_at', 'is', null)
          .where('next_attempt_at', '<=', new Date(now))
          .orderBy('next_attempt_at')
          .limit(batch)
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('logout_outbox')
      .from('due')
      .whereRef('logout_outbox.id', '=', 'due.id')
      .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: new Date(now + LEASE) }))
      .returningAll('logout_outbox')
      .execute();
    return rows.map(owedFrom);
  }

  async function attempt(deliver: DeliverLogout, owed: OwedLogout): Promise<DeliveryResult> {
    try {
      return { status: (await deliver(owed)).status };
    } catch (error) {
      return { error };
    }
  }

  /** Writes only while the row is still at our attempt: after a lost lease another instance's answer counts. */
  async function settle(owed: OwedLogout, result: DeliveryResult): Promise<'delivered' | 'failed' | DeadLogout> {
    const now = clock.now();
    const verdict = judgeDelivery({ result, attempts: owed.attempts, owedForMs: now - owed.createdAt });
    const mine = tables
      .updateTable('logout_outbox')
      .where('id', '=', owed.id)
      .where('attempts', '=', owed.attempts)
      .where('delivered_at', 'is', null);
    switch (verdict.outcome) {
      case 'delivered':
        await mine.set({ delivered_at: new Date(now), last_error: null }).execute();
        return 'delivered';
      case 'retry':
        await mine.set({ next_attempt_at: new Date(now + verdict.afterMs), last_error: verdict.reason }).execute();
        return 'failed';
      case 'dead':
        await mine.set({ dead_at: new Date(now), last_error: verdict.reason }).execute();
        return { ...owed, deadAt: now, lastError: verdict.reason };
    }
  }
}

function owedFrom(row: Selectable<Row>): OwedLogout {
  return {
    id: row.id,
    clientId: row.client_id,
    citizenId: row.citizen_id,
    sid: row.sid ?? undefined,
    createdAt: row.created_at.getTime(),
    attempts: row.attempts,
  };
}
