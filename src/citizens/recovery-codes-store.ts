import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';

import type { Alongside } from './factor-changes.ts';

/** Recovery codes as keyed hashes; what was used stays, so that the citizen can see when. */
export type RecoveryCodesStore = {
  /** The ones before are gone in the same transaction. */
  replace(codes: { citizenId: string; hashes: readonly string[]; at: number; alongside?: Alongside }): Promise<void>;
  /** True once: of many at once, the first. */
  use(code: { citizenId: string; hash: string; at: number }): Promise<boolean>;
  countLeft(citizenId: string): Promise<number>;
  /** Used ones too. */
  hasAny(citizenId: string): Promise<boolean>;
};

type Row = { citizen_id: string; hash: string; issued_at: Date; used_at: Date | null };

export function createRecoveryCodesStore({ database }: { database: Database }): RecoveryCodesStore {
  const tables = database.withTables<{ citizen_recovery_codes: Row }>();

  return {
    async replace({ citizenId, hashes, at: issuedAt, alongside }) {
      await database.transaction().execute(async (transaction) => {
        const mine = transaction.withTables<{ citizen_recovery_codes: Row; citizens: { id: string } }>();
        // Two lists issued at once: the later one counts as a whole.
        await mine.selectFrom('citizens').select('id').where('id', '=', citizenId).forUpdate().executeTakeFirst();
        await mine.deleteFrom('citizen_recovery_codes').where('citizen_id', '=', citizenId).execute();
        await mine
          .insertInto('citizen_recovery_codes')
          .values(hashes.map((hash) => ({ citizen_id: citizenId, hash, issued_at: new Date(issuedAt) })))
          .execute();
        await alongside?.(transaction);
      });
    },
    async use({ citizenId, hash, at: usedAt }) {
      const used = await tables
        .updateTable('citizen_recovery_codes')
        .set({ used_at: new Date(usedAt) })
        .where('citizen_id', '=', citizenId)
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .executeTakeFirst();
      return used.numUpdatedRows === 1n;
    },
    async hasAny(citizenId) {
      const query = tables.selectFrom('citizen_recovery_codes').select('hash').where('citizen_id', '=', citizenId);
      return (await query.limit(1).executeTakeFirst()) !== undefined;
    },
    async countLeft(citizenId) {
      const { count } = await tables
        .selectFrom('citizen_recovery_codes')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('citizen_id', '=', citizenId)
        .where('used_at', 'is', null)
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}
