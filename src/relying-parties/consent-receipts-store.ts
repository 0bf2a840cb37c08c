import type { Database } from '#platform/database/database.ts';

/** Receipts are added to and never changed. */
export type ConsentReceiptsStore = {
  /** In the transaction of the decision that it is for. */
  add(receipt: KeptReceipt, transaction: Database): Promise<void>;
  /** Newest first. */
  listOf(citizenId: string, options: { limit: number }): Promise<KeptReceipt[]>;
  /** Undefined when there is none, or it is somebody else's. */
  find(of: { id: string; citizenId: string }): Promise<KeptReceipt | undefined>;
};

/** Milliseconds since 1970. */
export type KeptReceipt = {
  id: string;
  citizenId: string;
  clientId: string;
  act: 'given' | 'withdrawn';
  at: number;
  jws: string;
};

type Row = { id: string; citizen_id: string; client_id: string; act: KeptReceipt['act']; at: Date; jws: string };

export function createConsentReceiptsStore({ database }: { database: Database }): ConsentReceiptsStore {
  const query = database.withTables<{ consent_receipts: Row }>().selectFrom('consent_receipts').selectAll();

  return {
    async add({ id, citizenId, clientId, act, at, jws }, transaction) {
      await transaction
        .withTables<{ consent_receipts: Row }>()
        .insertInto('consent_receipts')
        .values({ id, citizen_id: citizenId, client_id: clientId, act, at: new Date(at), jws })
        .execute();
    },
    async listOf(citizenId, { limit }) {
      const rows = await query.where('citizen_id', '=', citizenId).orderBy('at', 'desc').orderBy('id').limit(limit);
      return (await rows.execute()).map(receiptFrom);
    },
    async find({ id, citizenId }) {
      const row = await query.where('id', '=', id).where('citizen_id', '=', citizenId).executeTakeFirst();
      return row && receiptFrom(row);
    },
  };
}

function receiptFrom({ id, citizen_id, client_id, act, at, jws }: Row): KeptReceipt {
  return { id, citizenId: citizen_id, clientId: client_id, act, at: at.getTime(), jws };
}
