import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

import type { Alongside } from './factor-changes.ts';
import { hasFewerFactors, removeFactor } from './own-factors-store.ts';

/** Authenticator apps (RFC 6238). The shared secret is sealed with the ids of its citizen and its row. */
export type AuthenticatorsStore = {
  /** False when the citizen has `atMost` already; two at once are counted one after the other. */
  add(authenticator: NewAuthenticator, about: { atMost: number; alongside?: Alongside }): Promise<boolean>;
  /** Oldest first. */
  list(citizenId: string): Promise<KeptAuthenticator[]>;
  /** Notes the step of a code that was right. False when that step or a later one was used: of many at once, one is first. */
  useStep(of: { citizenId: string; id: string; step: number; at: number }): Promise<boolean>;
  remove(of: { citizenId: string; id: string; alongside?: Alongside }): Promise<boolean>;
};

type NewAuthenticator = {
  id: string;
  citizenId: string;
  name: string;
  /** In base32. */
  secret: string;
  /** The step of the code that confirmed it: used from the start. */
  lastStep: number;
  /** Milliseconds since 1970. */
  addedAt: number;
};

export type KeptAuthenticator = NewAuthenticator & { usedAt?: number };

type Row = {
  id: string;
  citizen_id: string;
  name: string;
  secret: string;
  last_step: number;
  added_at: Date;
  used_at: Date | null;
};
type Tables = { citizen_totp: Row };

type AuthenticatorsStoreNeeds = { database: Database; sealer: Sealer };

export function createAuthenticatorsStore({ database, sealer }: AuthenticatorsStoreNeeds): AuthenticatorsStore {
  const tables = database.withTables<Tables>();

  return {
    add({ id, citizenId, name, secret, lastStep, addedAt }, { atMost, alongside }) {
      return database.transaction().execute(async (transaction) => {
        if (!(await hasFewerFactors(transaction, { table: 'citizen_totp', citizenId, than: atMost }))) return false;
        await transaction
          .withTables<Tables>()
          .insertInto('citizen_totp')
          .values({
            id,
            citizen_id: citizenId,
            name,
            secret: sealer.seal(secret, placeOfSecret({ id, citizenId })),
            last_step: lastStep,
            added_at: new Date(addedAt),
          })
          .execute();
        await alongside?.(transaction);
        return true;
      });
    },

    async list(citizenId) {
      const rows = await tables
        .selectFrom('citizen_totp')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .orderBy('added_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        citizenId,
        name: row.name,
        secret: sealer.unseal(row.secret, placeOfSecret({ id: row.id, citizenId })).toString(),
        lastStep: row.last_step,
        addedAt: row.added_at.getTime(),
        ...(row.used_at !== null && { usedAt: row.used_at.getTime() }),
      }));
    },

    async useStep({ citizenId, id, step, at: usedAt }) {
      const used = await tables
        .updateTable('citizen_totp')
        .set({ last_step: step, used_at: new Date(usedAt) })
        .where('citizen_id', '=', citizenId)
        .where('id', '=', id)
        .where('last_step', '<', step)
        .executeTakeFirst();
      return used.numUpdatedRows === 1n;
    },

    remove: (of) => removeFactor(database, { table: 'citizen_totp', ...of }),
  };
}

export function placeOfSecret({ id, citizenId }: { id: string; citizenId: string }): string {
  return `citizen_totp.secret:${citizenId}:${id}`;
}
