import type { ColumnType } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { CITIZENS_TOPIC } from './citizens-store.ts';
import type { Alongside } from './factor-changes.ts';

/** Accounts whose owners asked for their end, until it has come. Every change is announced with it. */
export type AccountClosingsStore = {
  /** False when it was asked for before, or the account is closed. */
  ask(id: string, about: { closesAt: number; alongside: Alongside }): Promise<boolean>;
  /** False when there was nothing to stop, or it has come already. */
  stop(id: string, about: { now: number; alongside: Alongside }): Promise<boolean>;
  /** Leases what is due to whoever asks first; what is not settled by the lease's end is due again. */
  takeDue(limits: { now: number; leaseMs: number; batch: number }): Promise<string[]>;
  /** The account is closed, with everything that goes along. */
  settle(id: string): Promise<void>;
};

type Timestamp = ColumnType<Date | null, never, Date | null>;
type Tables = { citizens: { id: string; state: string; closes_at: Timestamp; closing_leased_until: Timestamp } };

type AccountClosingsStoreNeeds = { database: Database; changeFeed: Pick<ChangeFeed, 'announce'> };

export function createAccountClosingsStore({ database, changeFeed }: AccountClosingsStoreNeeds): AccountClosingsStore {
  const tables = database.withTables<Tables>();
  const change = (id: string, alongside: Alongside, make: (mine: typeof tables) => Promise<bigint>) =>
    database.transaction().execute(async (transaction) => {
      if ((await make(transaction.withTables<Tables>())) !== 1n) return false;
      await alongside(transaction);
      await changeFeed.announce(transaction, { topic: CITIZENS_TOPIC, key: id });
      return true;
    });

  return {
    ask: (id, { closesAt, alongside }) =>
      change(id, alongside, async (mine) => {
        const asked = await mine
          .updateTable('citizens')
          .set({ closes_at: new Date(closesAt) })
          .where('id', '=', id)
          .where('closes_at', 'is', null)
          .where('state', '<>', 'closed')
          .executeTakeFirst();
        return asked.numUpdatedRows;
      }),
    stop: (id, { now, alongside }) =>
      change(id, alongside, async (mine) => {
        const stopped = await mine
          .updateTable('citizens')
          .set({ closes_at: null, closing_leased_until: null })
          .where('id', '=', id)
          .where('state', '<>', 'closed')
          .where('closes_at', 'is not', null)
          // While an instance is at it, it has begun to tell services that the account is gone.
          .where(({ or, eb }) =>
            or([eb('closing_leased_until', 'is', null), eb('closing_leased_until', '<=', new Date(now))]),
          )
          .executeTakeFirst();
        return stopped.numUpdatedRows;
      }),
    async takeDue({ now, leaseMs, batch }) {
      const rows = await tables
        .with('due', (query) =>
          query
            .selectFrom('citizens')
            .select('id')
            .where('closes_at', '<=', new Date(now))
            .where(({ or, eb }) =>
              or([eb('closing_leased_until', 'is', null), eb('closing_leased_until', '<=', new Date(now))]),
            )
            .orderBy('closes_at')
            .limit(batch)
            .forUpdate()
            .skipLocked(),
        )
        .updateTable('citizens')
        .from('due')
        .whereRef('citizens.id', '=', 'due.id')
        .set({ closing_leased_until: new Date(now + leaseMs) })
        .returning('citizens.id')
        .execute();
      return rows.map(({ id }) => id);
    },
    async settle(id) {
      await tables
        .updateTable('citizens')
        .set({ closes_at: null, closing_leased_until: null })
        .where('id', '=', id)
        .where('state', '=', 'closed')
        .execute();
    },
  };
}
