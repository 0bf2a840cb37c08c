import type { Database } from '#platform/database/database.ts';

import type { Alongside } from './factor-changes.ts';
import { hasFewerFactors, removeFactor } from './own-factors-store.ts';

/** Public keys of passkeys (WebAuthn Level 3). Nothing in a row is secret: whoever reads it can check a signature, not make one. */
export type PasskeysStore = {
  /** 'taken' when the credential is somebody's already; two at once are counted one after the other. */
  add(passkey: NewPasskey, about: { atMost: number; alongside?: Alongside }): Promise<'added' | 'too-many' | 'taken'>;
  find(id: string): Promise<KeptPasskey | undefined>;
  /** Oldest first. */
  list(citizenId: string): Promise<KeptPasskey[]>;
  /**
   * Notes a use. False when the counter did not go up (WebAuthn Level 3 section 6.1.1): the key exists twice, or the
   * answer is an old one. A counter that always stays at 0 is not kept by the authenticator at all.
   */
  use(of: { id: string; counter: number; isSynced: boolean; at: number }): Promise<boolean>;
  remove(of: { citizenId: string; id: string; alongside?: Alongside }): Promise<boolean>;
};

type NewPasskey = {
  /** The credential id, base64url. */
  id: string;
  citizenId: string;
  name: string;
  /** COSE, as the authenticator gave it. */
  publicKey: Buffer;
  counter: number;
  transports: readonly string[];
  /** The key may leave its device (backup eligible), and has (backup state). */
  mayBeSynced: boolean;
  isSynced: boolean;
  /** Milliseconds since 1970. */
  addedAt: number;
};

export type KeptPasskey = NewPasskey & { usedAt?: number };

type Row = {
  id: string;
  citizen_id: string;
  name: string;
  public_key: Buffer;
  counter: number;
  transports: string;
  may_be_synced: boolean;
  is_synced: boolean;
  added_at: Date;
  used_at: Date | null;
};
type Tables = { citizen_passkeys: Row };

export function createPasskeysStore({ database }: { database: Database }): PasskeysStore {
  const tables = database.withTables<Tables>();

  return {
    add(passkey, { atMost, alongside }) {
      return database.transaction().execute(async (transaction) => {
        const { citizenId } = passkey;
        const mayAdd = await hasFewerFactors(transaction, { table: 'citizen_passkeys', citizenId, than: atMost });
        if (!mayAdd) return 'too-many';
        const added = await transaction
          .withTables<Tables>()
          .insertInto('citizen_passkeys')
          .values({
            id: passkey.id,
            citizen_id: citizenId,
            name: passkey.name,
            public_key: passkey.publicKey,
            counter: passkey.counter,
            transports: passkey.transports.join(' '),
            may_be_synced: passkey.mayBeSynced,
            is_synced: passkey.isSynced,
            added_at: new Date(passkey.addedAt),
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        if (added.numInsertedOrUpdatedRows !== 1n) return 'taken';
        await alongside?.(transaction);
        return 'added';
      });
    },
    async find(id) {
      const row = await tables.selectFrom('citizen_passkeys').selectAll().where('id', '=', id).executeTakeFirst();
      return row && passkeyFrom(row);
    },
    async list(citizenId) {
      const rows = await tables
        .selectFrom('citizen_passkeys')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .orderBy('added_at')
        .orderBy('id')
        .execute();
      return rows.map(passkeyFrom);
    },
    async use({ id, counter, isSynced, at: usedAt }) {
      const used = await tables
        .updateTable('citizen_passkeys')
        .set({ counter, is_synced: isSynced, used_at: new Date(usedAt) })
        .where('id', '=', id)
        .where(({ eb, or, and }) =>
          or([eb('counter', '<', counter), and([eb('counter', '=', 0), eb(eb.val(counter), '=', 0)])]),
        )
        .executeTakeFirst();
      return used.numUpdatedRows === 1n;
    },
    remove: (of) => removeFactor(database, { table: 'citizen_passkeys', ...of }),
  };
}

function passkeyFrom(row: Row): KeptPasskey {
  return {
    id: row.id,
    citizenId: row.citizen_id,
    name: row.name,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports.split(' ').filter((transport) => transport !== ''),
    mayBeSynced: row.may_be_synced,
    isSynced: row.is_synced,
    addedAt: row.added_at.getTime(),
    ...(row.used_at !== null && { usedAt: row.used_at.getTime() }),
  };
}
