import { type ColumnType, sql } from 'kysely';

import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';

import { ATTACHED_CLAIMS_TOPIC } from './attached-claims-store.ts';
import { CITIZENS_TOPIC, CitizenUnknown } from './citizens-store.ts';
import type { Alongside } from './factor-changes.ts';

/**
 * The end of an account, in two steps: what lets anybody in is gone at once, what names the person when the time of
 * docs/retention.md is over. The row, its id and the keyed hash of the national code stay for ever, so that the same
 * person who comes back has the same id, and with it the same subject at every organisation.
 */
export type ClosedAccountsStore = {
  /** Every credential, device and number goes in the same transaction. False when it was closed before. Throws CitizenUnknown. */
  close(id: string, about: { reason: string; at: number; alongside?: Alongside | undefined }): Promise<boolean>;
  /** Erases what names the person in accounts that were closed before then; answers their ids. Safe to run at once twice. */
  eraseClosedBefore(closedBefore: number, limits: { batch: number; at: number }): Promise<string[]>;
};

type Tables = {
  citizens: {
    id: string;
    state: string;
    state_reason: string | null;
    given_name: string;
    family_name: string;
    given_name_latin: string | null;
    family_name_latin: string | null;
    birth_date: string;
    national_code: string;
    phone: string | null;
    phone_hash: string | null;
    changed_at: ColumnType<Date, never, ReturnType<typeof sql>>;
    closed_at: Date | null;
    erased_at: Date | null;
  };
  citizen_passwords: { citizen_id: string };
  citizen_totp: { citizen_id: string };
  citizen_passkeys: { citizen_id: string };
  citizen_recovery_codes: { citizen_id: string };
  remembered_devices: { citizen_id: string };
  attached_claims: { citizen_id: string };
};

/** Each lets its holder in, alone or together with another; and what others said of them is of use to nobody else. */
const GONE_AT_ONCE = [
  'citizen_passwords',
  'citizen_totp',
  'citizen_passkeys',
  'citizen_recovery_codes',
  'remembered_devices',
  'attached_claims',
] as const;

type ClosedAccountsStoreNeeds = { database: Database; changeFeed: Pick<ChangeFeed, 'announce'> };

export function createClosedAccountsStore({ database, changeFeed }: ClosedAccountsStoreNeeds): ClosedAccountsStore {
  return {
    close(id, { reason, at: closedAt, alongside }) {
      return database.transaction().execute(async (transaction) => {
        const mine = transaction.withTables<Tables>();
        const citizen = await mine
          .selectFrom('citizens')
          .select('state')
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (citizen === undefined) throw new CitizenUnknown('no citizen has this id');
        if (citizen.state === 'closed') return false;
        await mine
          .updateTable('citizens')
          .set({ state: 'closed', state_reason: reason, phone: null, phone_hash: null })
          .set({ closed_at: new Date(closedAt), changed_at: sql`now()` })
          .where('id', '=', id)
          .execute();
        for (const table of GONE_AT_ONCE) await mine.deleteFrom(table).where('citizen_id', '=', id).execute();
        await alongside?.(transaction);
        await changeFeed.announce(transaction, { topic: ATTACHED_CLAIMS_TOPIC, key: id });
        await changeFeed.announce(transaction, { topic: CITIZENS_TOPIC, key: id });
        return true;
      });
    },

    async eraseClosedBefore(closedBefore, { batch, at: erasedAt }) {
      const rows = await database
        .withTables<Tables>()
        .with('due', (query) =>
          query
            .selectFrom('citizens')
            .select('id')
            .where('state', '=', 'closed')
            .where('closed_at', '<', new Date(closedBefore))
            .where('erased_at', 'is', null)
            .orderBy('closed_at')
            .limit(batch)
            .forUpdate()
            .skipLocked(),
        )
        .updateTable('citizens')
        .from('due')
        .whereRef('citizens.id', '=', 'due.id')
        .set({ given_name: '', family_name: '', given_name_latin: null, family_name_latin: null })
        .set({ birth_date: '', national_code: '', phone: null, phone_hash: null, erased_at: new Date(erasedAt) })
        .returning('citizens.id')
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
