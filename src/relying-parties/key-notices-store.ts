import type { Database } from '#platform/database/database.ts';
import type { KeyNotice } from './key-notices.ts';

type Row = {
  client_id: string;
  thumbprint: string;
  first_seen: Date;
  last_seen: Date;
  expires_at: Date | null;
  notice: KeyNotice | null;
  noticed_at: Date | null;
};

type SeenKey = { thumbprint: string; expiresAt?: number };

export type KeyNoticesStore = ReturnType<typeof createKeyNoticesStore>;

/** Which keys relying parties were seen with since when, and what was noticed about them. */
export function createKeyNoticesStore({ database }: { database: Database }) {
  const tables = database.withTables<{ relying_party_keys: Row }>();

  return {
    /** The same keys, with the time each was first seen. A key set that can be fetched again ends its `unavailable`. */
    async noteSeen(clientId: string, keys: readonly SeenKey[], at: number) {
      await tables
        .deleteFrom('relying_party_keys')
        .where('client_id', '=', clientId)
        .where('thumbprint', '=', '')
        .execute();
      const seen: { thumbprint: string; expiresAt: number | undefined; firstSeen: number }[] = [];
      for (const { thumbprint, expiresAt } of keys) {
        const expiry = { last_seen: new Date(at), expires_at: expiresAt === undefined ? null : new Date(expiresAt) };
        const row = await tables
          .insertInto('relying_party_keys')
          .values({
            client_id: clientId,
            thumbprint,
            first_seen: new Date(at),
            notice: null,
            noticed_at: null,
            ...expiry,
          })
          .onConflict((conflict) => conflict.columns(['client_id', 'thumbprint']).doUpdateSet(expiry))
          .returning('first_seen')
          .executeTakeFirstOrThrow();
        seen.push({ thumbprint, expiresAt, firstSeen: row.first_seen.getTime() });
      }
      return seen;
    },

    /** True when this notice is new; of many instances that find it at once, one hears it. */
    async saveNotice(
      { clientId, thumbprint, notice }: { clientId: string; thumbprint: string; notice: KeyNotice },
      at: number,
    ): Promise<boolean> {
      const now = new Date(at);
      const written = await tables
        .insertInto('relying_party_keys')
        .values({
          client_id: clientId,
          thumbprint,
          first_seen: now,
          last_seen: now,
          expires_at: null,
          notice,
          noticed_at: now,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['client_id', 'thumbprint'])
            .doUpdateSet({ notice, noticed_at: now })
            .where((is) =>
              is.or([is('relying_party_keys.notice', 'is', null), is('relying_party_keys.notice', '!=', notice)]),
            ),
        )
        .returning('client_id')
        .execute();
      return written.length === 1;
    },

    /** Of keys that were there at the last look; for health pages and the metric. */
    async listNotices(): Promise<{ clientId: string; thumbprint: string; notice: KeyNotice; noticedAt: number }[]> {
      const rows = await tables.selectFrom('relying_party_keys').selectAll().execute();
      const newest = new Map<string, number>();
      for (const row of rows)
        newest.set(row.client_id, Math.max(newest.get(row.client_id) ?? 0, row.last_seen.getTime()));
      return rows
        .filter((row) => row.last_seen.getTime() === newest.get(row.client_id))
        .flatMap(({ client_id, thumbprint, notice, noticed_at }) =>
          notice === null ? [] : [{ clientId: client_id, thumbprint, notice, noticedAt: noticed_at?.getTime() ?? 0 }],
        );
    },
  };
}
