import { sql } from 'kysely';

import type { Database } from '#platform/database/database.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

import { placeOfExport } from './account-exports-store.ts';
import { placeOfAnswer } from './attached-claims-store.ts';
import { placeOfSecret } from './authenticators-store.ts';
import { placeInCitizens } from './citizen-row.ts';
import { placeOfDevice } from './remembered-devices-store.ts';
import { placeOfMessage } from './text-message-outbox-store.ts';

/**
 * Seals every value that lies under the data key of citizens anew under the newest one, so that an older one can be thrown
 * away. Rewrapping under another master key needs none of it: that changes how data keys are kept, and not the keys.
 */
type Reseal = () => Promise<{ resealed: number }>;

type Row = { id: string; citizen_id: string; sealed: string };
type SealedColumn = { table: string; column: string; owner: string; place(row: Row): string };

const COLUMNS: readonly SealedColumn[] = [
  ...(['birth_date', 'national_code', 'phone'] as const).map((column) => ({
    table: 'citizens',
    column,
    owner: 'id',
    place: ({ id }: Row) => placeInCitizens(id, column),
  })),
  {
    table: 'citizen_totp',
    column: 'secret',
    owner: 'citizen_id',
    place: (row) => placeOfSecret({ id: row.id, citizenId: row.citizen_id }),
  },
  {
    table: 'remembered_devices',
    column: 'about',
    owner: 'citizen_id',
    place: (row) => placeOfDevice({ id: row.id, citizenId: row.citizen_id }),
  },
  ...(['json', 'page'] as const).map((file) => ({
    table: 'account_exports',
    column: file,
    owner: 'citizen_id',
    place: ({ id, citizen_id: citizenId }: Row) => placeOfExport({ id, citizenId, file }),
  })),
  {
    table: 'attached_claims',
    column: 'sealed',
    owner: 'citizen_id',
    place: (row) => placeOfAnswer({ id: row.id, citizenId: row.citizen_id }),
  },
  { table: 'text_messages', column: 'sealed', owner: 'id', place: ({ id }) => placeOfMessage(id) },
];

const BATCH = 500;

type Needs = {
  database: Database;
  sealer: Sealer;
  /** What other rooms seal under the same data key. */
  also?: readonly SealedColumn[];
};

export function createReseal({ database, sealer, also = [] }: Needs): Reseal {
  return async () => {
    let resealed = 0;
    for (const column of [...COLUMNS, ...also]) resealed += await resealColumn(column);
    return { resealed };
  };

  /** In the order of ids, a batch at a time: it may be stopped and begun again, and holds nobody up. */
  async function resealColumn(sealed: SealedColumn): Promise<number> {
    const [table, column, owner] = [sealed.table, sealed.column, sealed.owner].map((name) => sql.ref(name));
    let [after, done] = ['', 0];
    for (;;) {
      const { rows } = await sql<Row>`
        select id, ${owner} as citizen_id, ${column} as sealed from ${table}
        where id > ${after} and ${column} is not null and ${column} <> '' order by id limit ${BATCH}`.execute(database);
      const stale = rows.filter((row) => !sealer.isCurrent(row.sealed));
      const given = stale.map((row) => {
        const place = sealed.place(row);
        return { id: row.id, old: row.sealed, anew: sealer.seal(sealer.unseal(row.sealed, place), place) };
      });
      // What somebody else changed in the meantime is sealed under the newest key already.
      const changed = await sql`update ${table} as stored set ${column} = given.anew
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (id text, old text, anew text)
        where stored.id = given.id and stored.${column} = given.old`.execute(database);
      done += Number(changed.numAffectedRows ?? 0n);
      after = rows.at(-1)?.id ?? '';
      if (rows.length < BATCH) return done;
    }
  }
}
