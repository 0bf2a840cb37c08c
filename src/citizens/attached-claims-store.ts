import { z } from 'zod';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { rowId } from '#platform/ids.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

/**
 * What sources said of citizens, sealed for their owner: one answer a source, and the newest takes the place of the one
 * before. Every change is announced on the topic 'attached-claims' with the citizen's id.
 */
export type AttachedClaimsStore = {
  /** Attached first, listed first. */
  listOf(citizenId: string): Promise<KeptAnswer[]>;
  /** False, and nothing kept, for a renewal of what was removed in the meantime, and for an account that was closed. */
  save(answer: NewAnswer & { isRenewal: boolean }): Promise<boolean>;
  /** False when it was not there. */
  remove(of: AttachedBy): Promise<boolean>;
};

export type AttachedBy = { citizenId: string; clientId: string };

/** Times in milliseconds since 1970. */
type NewAnswer = AttachedBy & {
  claims: Readonly<Record<string, string | number>>;
  /** By the name of its claim: what the source signed about this claim alone, to be handed on. */
  statements: Readonly<Record<string, string>>;
  fetchedAt: number;
  goodUntil: number;
};

export type KeptAnswer = NewAnswer & { attachedAt: number };

export const ATTACHED_CLAIMS_TOPIC = 'attached-claims';

type Row = {
  id: string;
  citizen_id: string;
  client_id: string;
  sealed: string;
  attached_at: Date;
  fetched_at: Date;
  good_until: Date;
};

const contentShape = z.object({
  claims: z.record(z.string(), z.union([z.string(), z.number()])),
  statements: z.record(z.string(), z.string()),
});

type AttachedClaimsStoreNeeds = {
  database: Database;
  sealer: Sealer;
  changeFeed: Pick<ChangeFeed, 'announce'>;
};

export function createAttachedClaimsStore(needs: AttachedClaimsStoreNeeds): AttachedClaimsStore {
  const { database, sealer, changeFeed } = needs;
  const tables = database.withTables<{ attached_claims: Row }>();
  const announce = (transaction: Database, citizenId: string) =>
    changeFeed.announce(transaction, { topic: ATTACHED_CLAIMS_TOPIC, key: citizenId });

  return {
    async listOf(citizenId) {
      const rows = await tables
        .selectFrom('attached_claims')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .orderBy('attached_at')
        .orderBy('client_id')
        .execute();
      return rows.map((row) => {
        const text = sealer.unseal(row.sealed, placeOfAnswer({ id: row.id, citizenId })).toString();
        return {
          citizenId,
          clientId: row.client_id,
          ...contentShape.parse(JSON.parse(text)),
          attachedAt: row.attached_at.getTime(),
          fetchedAt: row.fetched_at.getTime(),
          goodUntil: row.good_until.getTime(),
        };
      });
    },

    save({ citizenId, clientId, claims, statements, fetchedAt, goodUntil, isRenewal }) {
      return database.transaction().execute(async (transaction) => {
        const mine = transaction.withTables<{ attached_claims: Row }>();
        const before = await mine
          .selectFrom('attached_claims')
          .select('id')
          .where('citizen_id', '=', citizenId)
          .where('client_id', '=', clientId)
          .forUpdate()
          .executeTakeFirst();
        if (before === undefined && (isRenewal || !(await holdOpen(transaction, citizenId)))) return false;
        const id = before?.id ?? rowId();
        const news = {
          sealed: sealer.seal(JSON.stringify({ claims, statements }), placeOfAnswer({ id, citizenId })),
          fetched_at: new Date(fetchedAt),
          good_until: new Date(goodUntil),
        };
        // Two tabs may attach the same at once: the second finds a row of another id, and what it sealed would not open there.
        const saved =
          before === undefined
            ? await mine
                .insertInto('attached_claims')
                .values({ id, citizen_id: citizenId, client_id: clientId, attached_at: new Date(fetchedAt), ...news })
                .onConflict((conflict) => conflict.columns(['citizen_id', 'client_id']).doNothing())
                .executeTakeFirst()
                .then(({ numInsertedOrUpdatedRows = 0n }) => numInsertedOrUpdatedRows)
            : await mine
                .updateTable('attached_claims')
                .set(news)
                .where('id', '=', id)
                .executeTakeFirst()
                .then(({ numUpdatedRows }) => numUpdatedRows);
        await announce(transaction, citizenId);
        return saved > 0n || before === undefined;
      });
    },

    remove({ citizenId, clientId }) {
      return database.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .withTables<{ attached_claims: Row }>()
          .deleteFrom('attached_claims')
          .where('citizen_id', '=', citizenId)
          .where('client_id', '=', clientId)
          .executeTakeFirst();
        await announce(transaction, citizenId);
        return numDeletedRows > 0n;
      });
    },
  };
}

/** Whether the account is one still, and it stays one until the transaction ends: nothing is kept of it that closing would have taken. */
async function holdOpen(transaction: Database, citizenId: string): Promise<boolean> {
  const open = await transaction
    .withTables<{ citizens: { id: string; state: string } }>()
    .selectFrom('citizens')
    .select('id')
    .where('id', '=', citizenId)
    .where('state', '<>', 'closed')
    .forShare()
    .executeTakeFirst();
  return open !== undefined;
}

/** What was good until then and was never asked for anew; answers how many. Needs no key: nothing is opened. */
export async function pruneStaleAnswers(database: Database, goodBefore: number): Promise<number> {
  const { numDeletedRows } = await database
    .withTables<{ attached_claims: Row }>()
    .deleteFrom('attached_claims')
    .where('good_until', '<', new Date(goodBefore))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Which row a sealed value belongs to: moved to another, it does not open. */
export function placeOfAnswer({ id, citizenId }: { id: string; citizenId: string }): string {
  return `attached_claims:${id}:${citizenId}`;
}
