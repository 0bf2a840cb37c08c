import { type ColumnType, type Selectable, sql } from 'kysely';

import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

import type { Citizen, CitizenState, IdentityLevel } from './citizen.ts';
import { type MobileNumber, readMobileNumber } from './mobile-number.ts';
import { type NationalCode, readNationalCode } from './national-code.ts';

/** The change feed's topic; the key is the citizen's id. */
export const CITIZENS_TOPIC = 'citizens';

/** Every change is announced in the transaction that makes it, so that no instance can keep what is no longer true. */
export type CitizensStore = {
  findById(id: string): Promise<Citizen | undefined>;
  findByNationalCode(code: NationalCode): Promise<Citizen | undefined>;
  /** What a sign-in needs, in one query whoever is asked for: nothing is unsealed, so that both answers take equally long. */
  findCredentials(code: NationalCode): Promise<Credentials | undefined>;
  /**
   * Upserts by id. The state is taken for a new citizen only and moves by `setState` alone, so that saving what was
   * read a while ago cannot open an account that was locked since. Throws NationalCodeTaken.
   */
  save(citizen: Omit<Citizen, 'updatedAt'>): Promise<void>;
  /** The reason is a word of ours, without personal data. Throws CitizenUnknown. */
  setState(id: string, state: CitizenState, reason: string): Promise<void>;
  passwordHashOf(id: string): Promise<string | undefined>;
  /** Throws CitizenUnknown. */
  setPasswordHash(id: string, hash: string): Promise<void>;
  /** Does nothing when the password was changed in the meantime. */
  replacePasswordHash(id: string, change: { from: string; to: string }): Promise<void>;
};

export type Credentials = {
  citizenId: string;
  state: CitizenState;
  passwordHash: string | undefined;
};

/** Two accounts for one person are refused by the database. */
export class NationalCodeTaken extends Error {}
export class CitizenUnknown extends Error {}

type Timestamp = ColumnType<Date, never, ReturnType<typeof sql>>;

type CitizenRow = {
  id: string;
  state: CitizenState;
  state_reason: string | null;
  given_name: string;
  family_name: string;
  given_name_latin: string | null;
  family_name_latin: string | null;
  birth_date: string;
  national_code: string;
  national_code_hash: string;
  phone: string | null;
  phone_hash: string | null;
  identity_level: IdentityLevel;
  created_at: Timestamp;
  changed_at: Timestamp;
};

type PasswordRow = { citizen_id: string; hash: string; changed_at: Timestamp };
type CitizenTables = { citizens: CitizenRow; citizen_passwords: PasswordRow };

export type CitizensStoreNeeds = {
  database: Database;
  sealer: Sealer;
  lookupHash: KeyedHash;
  changeFeed: Pick<ChangeFeed, 'announce'>;
};

export function createCitizensStore({ database, sealer, lookupHash, changeFeed }: CitizensStoreNeeds): CitizensStore {
  const tables = database.withTables<CitizenTables>();
  const codeHash = (code: NationalCode) => lookupHash(`national-code:${code}`);
  const phoneHash = (phone: MobileNumber) => lookupHash(`phone:${phone}`);

  /** Runs a change and its announcement as one; a change that touched no row is an error. */
  const change = (id: string, make: (transaction: typeof tables) => Promise<boolean>): Promise<void> =>
    database.transaction().execute(async (transaction) => {
      if (!(await make(transaction.withTables<CitizenTables>()))) throw new CitizenUnknown('no citizen has this id');
      await changeFeed.announce(transaction, {
        topic: CITIZENS_TOPIC,
        key: id,
      });
    });

  const open = (row: Selectable<CitizenRow> | undefined): Citizen | undefined => row && readRow(row, sealer);

  return {
    async findById(id) {
      return open(await tables.selectFrom('citizens').selectAll().where('id', '=', id).executeTakeFirst());
    },
    async findByNationalCode(code) {
      const query = tables.selectFrom('citizens').selectAll().where('national_code_hash', '=', codeHash(code));
      return open(await query.executeTakeFirst());
    },
    async findCredentials(code) {
      const row = await tables
        .selectFrom('citizens')
        .leftJoin('citizen_passwords', 'citizen_passwords.citizen_id', 'citizens.id')
        .select(['citizens.id', 'citizens.state', 'citizen_passwords.hash'])
        .where('citizens.national_code_hash', '=', codeHash(code))
        .executeTakeFirst();
      return (
        row && {
          citizenId: row.id,
          state: row.state,
          passwordHash: row.hash ?? undefined,
        }
      );
    },
    async save(citizen) {
      const { id, state, ...changing } = writeRow(citizen, {
        sealer,
        codeHash,
        phoneHash,
      });
      const save = change(id, async (transaction) => {
        await transaction
          .insertInto('citizens')
          .values({ id, state, state_reason: null, ...changing })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...changing, changed_at: sql`now()` }))
          .execute();
        return true;
      });
      await save.catch(explainConflict);
    },
    setState(id, state, reason) {
      return change(id, async (transaction) => {
        const result = await transaction
          .updateTable('citizens')
          .set({ state, state_reason: reason, changed_at: sql`now()` })
          .where('id', '=', id)
          .executeTakeFirst();
        return result.numUpdatedRows === 1n;
      });
    },
    async passwordHashOf(id) {
      const query = tables.selectFrom('citizen_passwords').select('hash').where('citizen_id', '=', id);
      return (await query.executeTakeFirst())?.hash;
    },
    setPasswordHash(id, hash) {
      return change(id, async (transaction) => {
        const known = await transaction.selectFrom('citizens').select('id').where('id', '=', id).executeTakeFirst();
        if (known === undefined) return false;
        await transaction
          .insertInto('citizen_passwords')
          .values({ citizen_id: id, hash })
          .onConflict((conflict) => conflict.column('citizen_id').doUpdateSet({ hash, changed_at: sql`now()` }))
          .execute();
        return true;
      });
    },
    async replacePasswordHash(id, { from, to }) {
      // The password itself stays the same, so nothing is announced and its age is kept.
      const update = tables.updateTable('citizen_passwords').set({ hash: to });
      await update.where('citizen_id', '=', id).where('hash', '=', from).execute();
    },
  };
}

/** Ties a sealed value to its citizen and its column: moved to another row or column it no longer opens. */
function place(id: string, column: 'birth_date' | 'national_code' | 'phone'): string {
  return `citizens.${column}:${id}`;
}

type WriteWith = {
  sealer: Sealer;
  codeHash(code: NationalCode): string;
  phoneHash(phone: MobileNumber): string;
};

function writeRow(citizen: Omit<Citizen, 'updatedAt'>, { sealer, codeHash, phoneHash }: WriteWith) {
  const { id, phone } = citizen;
  return {
    id,
    state: citizen.state,
    given_name: citizen.givenName,
    family_name: citizen.familyName,
    given_name_latin: citizen.givenNameLatin ?? null,
    family_name_latin: citizen.familyNameLatin ?? null,
    birth_date: sealer.seal(citizen.birthDate, place(id, 'birth_date')),
    national_code: sealer.seal(citizen.nationalCode, place(id, 'national_code')),
    national_code_hash: codeHash(citizen.nationalCode),
    phone: phone === undefined ? null : sealer.seal(phone, place(id, 'phone')),
    phone_hash: phone === undefined ? null : phoneHash(phone),
    identity_level: citizen.identityLevel,
  };
}

function readRow(row: Selectable<CitizenRow>, sealer: Sealer): Citizen {
  const unseal = (sealed: string, column: Parameters<typeof place>[1]) =>
    sealer.unseal(sealed, place(row.id, column)).toString();
  const nationalCode = readNationalCode(unseal(row.national_code, 'national_code'));
  if (nationalCode === undefined) throw new Error('a stored national code is not valid');
  const phone = row.phone === null ? undefined : readMobileNumber(unseal(row.phone, 'phone'));
  return {
    id: row.id,
    state: row.state,
    givenName: row.given_name,
    familyName: row.family_name,
    ...(row.given_name_latin !== null && {
      givenNameLatin: row.given_name_latin,
    }),
    ...(row.family_name_latin !== null && {
      familyNameLatin: row.family_name_latin,
    }),
    birthDate: unseal(row.birth_date, 'birth_date'),
    ...(phone !== undefined && { phone }),
    nationalCode,
    identityLevel: row.identity_level,
    updatedAt: row.changed_at.getTime(),
  };
}

/** SQLSTATE 23505 is a unique violation; the driver's own message would carry the hash. */
function explainConflict(cause: unknown): never {
  if (cause instanceof Error && 'code' in cause && cause.code === '23505') {
    throw new NationalCodeTaken('another citizen has this national code');
  }
  throw cause;
}
