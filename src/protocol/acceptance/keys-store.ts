import type { JsonWebKey } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import { readPrivateKey } from '#signing-keys/new-key.ts';
import type { AcceptanceKey, AcceptanceRing } from './key-ring.ts';

/** Where the rings of the acceptance issuers lie, one row for each relying party, sealed under a data key of their own. */
export type AcceptanceKeysStore = {
  find(clientId: string): Promise<AcceptanceRing | undefined>;
  /** False when somebody else was faster: the ring is not the one before this epoch any more. */
  save(clientId: string, ring: AcceptanceRing): Promise<boolean>;
};

type Row = { client_id: string; epoch: number; sealed: string; changed_at: Date };

type StoredKey = { kid: string; alg: string; publicJwk: JsonWebKey; privateBytes: string; publishedAt: number };
type StoredRing = Record<string, { signing: string; keys: StoredKey[]; foreign: StoredKey }>;

export function createAcceptanceKeysStore({
  database,
  sealer,
}: {
  database: Database;
  sealer: Sealer;
}): AcceptanceKeysStore {
  const tables = database.withTables<{ acceptance_keys: Row }>();

  return {
    async find(clientId) {
      const row = await tables
        .selectFrom('acceptance_keys')
        .select(['epoch', 'sealed'])
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const stored: StoredRing = JSON.parse(sealer.unseal(row.sealed, placeOf(clientId)).toString());
      const algorithms = await Promise.all(
        Object.entries(stored).map(async ([alg, { signing, keys, foreign }]) => [
          alg,
          { signing, keys: await Promise.all(keys.map(openKey)), foreign: await openKey(foreign) },
        ]),
      );
      return { epoch: row.epoch, algorithms: Object.fromEntries(algorithms) };
    },

    async save(clientId, { epoch, algorithms }) {
      const stored: StoredRing = Object.fromEntries(
        Object.entries(algorithms).map(([alg, { signing, keys, foreign }]) => [
          alg,
          { signing, keys: keys.map(closeKey), foreign: closeKey(foreign) },
        ]),
      );
      const row = {
        epoch,
        sealed: sealer.seal(JSON.stringify(stored), placeOf(clientId)),
        changed_at: sql<Date>`now()`,
      };
      const written = await tables
        .insertInto('acceptance_keys')
        .values({ client_id: clientId, ...row })
        .onConflict((conflict) =>
          conflict
            .column('client_id')
            .doUpdateSet(row)
            .where('acceptance_keys.epoch', '=', epoch - 1),
        )
        .returning('client_id')
        .executeTakeFirst();
      return written !== undefined;
    },
  };
}

/** Ties the sealed ring to its row. */
function placeOf(clientId: string): string {
  return `acceptance_keys.sealed:${clientId}`;
}

function closeKey({ privateKey, ...key }: AcceptanceKey): StoredKey {
  return { ...key, privateBytes: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url') };
}

async function openKey({ privateBytes, ...key }: StoredKey): Promise<AcceptanceKey> {
  return { ...key, privateKey: await readPrivateKey(Buffer.from(privateBytes, 'base64url'), key) };
}
