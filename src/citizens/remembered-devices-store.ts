import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

/** Browsers that a citizen marked as their own. The cookie's value is there as a keyed hash; what is known of the browser, sealed. */
export type RememberedDevicesStore = {
  /** The oldest beyond `atMost` are forgotten. */
  add(device: NewDevice, limits: { atMost: number }): Promise<void>;
  /** Whether one of these is remembered for this citizen now; notes the use. */
  touch(of: { citizenId: string; hashes: readonly string[]; at: number }): Promise<boolean>;
  /** Last used first; expired ones are left out. */
  list(citizenId: string, at: number): Promise<KeptDevice[]>;
  forget(of: { citizenId: string; id: string }): Promise<boolean>;
  /** Answers how many. */
  forgetAll(citizenId: string): Promise<number>;
  pruneExpired(at: number): Promise<number>;
};

type NewDevice = {
  id: string;
  citizenId: string;
  hash: string;
  about: { userAgent: string; network: string };
  /** Milliseconds since 1970. */
  rememberedAt: number;
  expiresAt: number;
};

type KeptDevice = Omit<NewDevice, 'hash' | 'citizenId'> & { usedAt: number };

type Row = {
  id: string;
  citizen_id: string;
  hash: string;
  about: string;
  remembered_at: Date;
  used_at: Date;
  expires_at: Date;
};

type RememberedDevicesStoreNeeds = { database: Database; sealer: Sealer };

export function createRememberedDevicesStore(needs: RememberedDevicesStoreNeeds): RememberedDevicesStore {
  const { database, sealer } = needs;
  const tables = database.withTables<{ remembered_devices: Row }>();

  return {
    async add({ id, citizenId, hash, about, rememberedAt, expiresAt }, { atMost }) {
      await tables
        .insertInto('remembered_devices')
        .values({
          id,
          citizen_id: citizenId,
          hash,
          about: sealer.seal(JSON.stringify(about), placeOfDevice({ id, citizenId })),
          remembered_at: new Date(rememberedAt),
          used_at: new Date(rememberedAt),
          expires_at: new Date(expiresAt),
        })
        .execute();
      await tables
        .deleteFrom('remembered_devices')
        .where('id', 'in', (query) =>
          query
            .selectFrom('remembered_devices')
            .select('id')
            .where('citizen_id', '=', citizenId)
            .orderBy('used_at', 'desc')
            .orderBy('id')
            .offset(atMost),
        )
        .execute();
    },

    async touch({ citizenId, hashes, at: now }) {
      if (hashes.length === 0) return false;
      const touched = await tables
        .updateTable('remembered_devices')
        .set({ used_at: new Date(now) })
        .where('citizen_id', '=', citizenId)
        .where('hash', 'in', hashes)
        .where('expires_at', '>', new Date(now))
        .executeTakeFirst();
      return touched.numUpdatedRows > 0n;
    },

    async list(citizenId, now) {
      const rows = await tables
        .selectFrom('remembered_devices')
        .selectAll()
        .where('citizen_id', '=', citizenId)
        .where('expires_at', '>', new Date(now))
        .orderBy('used_at', 'desc')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        about: readAbout(sealer.unseal(row.about, placeOfDevice({ id: row.id, citizenId })).toString()),
        rememberedAt: row.remembered_at.getTime(),
        usedAt: row.used_at.getTime(),
        expiresAt: row.expires_at.getTime(),
      }));
    },

    async forget({ citizenId, id }) {
      const { numDeletedRows } = await tables
        .deleteFrom('remembered_devices')
        .where('citizen_id', '=', citizenId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },

    async forgetAll(citizenId) {
      const { numDeletedRows } = await tables
        .deleteFrom('remembered_devices')
        .where('citizen_id', '=', citizenId)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },

    pruneExpired: (now) => pruneExpiredDevices(database, now),
  };
}

/** Needs no key: what has expired is not read. Answers how many. */
export async function pruneExpiredDevices(database: Database, now: number): Promise<number> {
  const { numDeletedRows } = await database
    .withTables<{ remembered_devices: Row }>()
    .deleteFrom('remembered_devices')
    .where('expires_at', '<=', new Date(now))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export function placeOfDevice({ id, citizenId }: { id: string; citizenId: string }): string {
  return `remembered_devices.about:${citizenId}:${id}`;
}

function readAbout(text: string): NewDevice['about'] {
  const { userAgent = '', network = '' } = JSON.parse(text) as Partial<NewDevice['about']>;
  return { userAgent, network };
}
