import type { Database } from '#platform/database/database.ts';

/** The two addresses that a relying party tells us for acceptance. */
export type Setup = {
  /** Where a sign-in starts, without a click in between. */
  startUrl: string;
  /** A page that only a signed-in person sees. */
  signedInUrl: string;
};

type Row = { client_id: string; start_url: string; signed_in_url: string; changed_at: Date };

export type SetupsStore = ReturnType<typeof createSetupsStore>;

export function createSetupsStore({ database }: { database: Database }) {
  const tables = database.withTables<{ acceptance_setups: Row }>();

  return {
    async find(clientId: string): Promise<Setup | undefined> {
      const row = await tables
        .selectFrom('acceptance_setups')
        .selectAll()
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && { startUrl: row.start_url, signedInUrl: row.signed_in_url };
    },

    async save(clientId: string, { startUrl, signedInUrl }: Setup, at: number): Promise<void> {
      const set = { start_url: startUrl, signed_in_url: signedInUrl, changed_at: new Date(at) };
      await tables
        .insertInto('acceptance_setups')
        .values({ client_id: clientId, ...set })
        .onConflict((conflict) => conflict.column('client_id').doUpdateSet(set))
        .execute();
    },
  };
}
