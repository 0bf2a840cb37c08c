import { type ColumnType, type Selectable, sql } from 'kysely';

import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';

import type { Citizen, CitizenState, IdentityLevel, SavedCitizen } from './citizen.ts';
import { type CitizenColumns, placeInCitizens, readRow, writeRow } from './citizen-row.ts';
import type { Alongside } from './factor-changes.ts';
import type { MobileNumber } from './mobile-number.ts';
import type { NationalCode } from './national-code.ts';

/** The change feed's topic; the key is the citizen's id. */
export const CITIZENS_TOPIC = 'citizens';

/**
 * Every change is announced in the transaction that makes it, so that no instance can keep what is no longer true.
 * Of a closed account that was erased (docs/retention.md) only `findCredentials` still knows the id and the state.
 */
export type CitizensStore = {
  findById(id: string): Promise<Citizen | undefined>;
  findByNationalCode(code: NationalCode): Promise<Citizen | undefined>;
  /** What a sign-in needs, in one query whoever is asked for: nothing is unsealed, so that both answers take equally long. */
  findCredentials(code: NationalCode): Promise<Credentials | undefined>;
  /** Whose accounts have this number: a family often shares one. */
  countWithPhone(phone: MobileNumber): Promise<number>;
  /**
   * Upserts by id. The state is taken for a new citizen only and moves by `setState` alone, so that saving what was
   * read a while ago cannot open an account that was locked since. An erased row is whole again. Throws NationalCodeTaken.
   */
  save(citizen: SavedCitizen): Promise<void>;
  /**
   * A number whose ownership was checked, and that was at hand, takes the place of the one before. Throws CitizenUnknown,
   * also when the account is closed.
   */
  changePhone(id: string, change: PhoneChange): Promise<void>;
  /** Does nothing when it is that already. */
  setLanguage(id: string, language: 'fa' | 'en'): Promise<void>;
  /**
   * The reason is a word of ours, without personal data. To close an account use closed-accounts, which takes the
   * credentials away as well. Throws CitizenUnknown.
   */
  setState(id: string, state: CitizenState, reason: string): Promise<void>;
  /** Who had to choose a new password has chosen one; any other state stays as it is. */
  endPasswordChange(id: string): Promise<void>;
  passwordHashOf(id: string): Promise<string | undefined>;
  /** Throws CitizenUnknown. */
  setPasswordHash(id: string, hash: string, alongside?: Alongside): Promise<void>;
  /** Does nothing when the password was changed in the meantime. */
  replacePasswordHash(id: string, change: { from: string; to: string }): Promise<void>;
};

type PhoneChange = { phone: MobileNumber; identityLevel: IdentityLevel; alongside?: Alongside };

export type Credentials = {
  citizenId: string;
  state: CitizenState;
  passwordHash: string | undefined;
};

/** Two accounts for one person are refused by the database. */
export class NationalCodeTaken extends Error {}
export class CitizenUnknown extends Error {}

type Timestamp = ColumnType<Date, never, ReturnType<typeof sql>>;

type CitizenRow = CitizenColumns & {
  state_reason: string | null;
  created_at: Timestamp;
  changed_at: Timestamp;
  closed_at: ColumnType<Date | null, never, ReturnType<typeof sql> | null>;
  erased_at: ColumnType<Date | null, never, null>;
  language: ColumnType<'fa' | 'en' | null, never, 'fa' | 'en'>;
  closes_at: ColumnType<Date | null, never, ReturnType<typeof sql>>;
};

type PasswordRow = { citizen_id: string; hash: string; changed_at: Timestamp };
type CitizenTables = { citizens: CitizenRow; citizen_passwords: PasswordRow };

type CitizensStoreNeeds = {
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
  const change = (id: string, make: (mine: typeof tables, transaction: Database) => Promise<boolean>): Promise<void> =>
    database.transaction().execute(async (transaction) => {
      if (!(await make(transaction.withTables<CitizenTables>(), transaction)))
        throw new CitizenUnknown('no citizen has this id');
      await changeFeed.announce(transaction, {
        topic: CITIZENS_TOPIC,
        key: id,
      });
    });

  const open = (row: Selectable<CitizenRow> | undefined): Citizen | undefined =>
    row === undefined || row.erased_at !== null ? undefined : readRow(row, sealer);

  return {
    async findById(id) {
      return open(await tables.selectFrom('citizens').selectAll().where('id', '=', id).executeTakeFirst());
    },
    async findByNationalCode(code) {
      const query = tables.selectFrom('citizens').selectAll().where('national_code_hash', '=', codeHash(code));
      return open(await query.executeTakeFirst());
    },
    async countWithPhone(phone) {
      const { total } = await tables
        .selectFrom('citizens')
        .select(sql<number>`count(*)::int`.as('total'))
        .where('phone_hash', '=', phoneHash(phone))
        .executeTakeFirstOrThrow();
      return total;
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
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({ ...changing, changed_at: sql`now()`, erased_at: null }),
          )
          .execute();
        return true;
      });
      await save.catch(explainConflict);
    },
    changePhone(id, { phone, identityLevel, alongside }) {
      return change(id, async (mine, transaction) => {
        const changed = await mine
          .updateTable('citizens')
          .set({
            phone: sealer.seal(phone, placeInCitizens(id, 'phone')),
            phone_hash: phoneHash(phone),
            identity_level: identityLevel,
            changed_at: sql`now()`,
          })
          .where('id', '=', id)
          .where('state', '<>', 'closed')
          .executeTakeFirst();
        if (changed.numUpdatedRows !== 1n) return false;
        await alongside?.(transaction);
        return true;
      });
    },
    async setLanguage(id, language) {
      await database.transaction().execute(async (transaction) => {
        const changed = await transaction
          .withTables<CitizenTables>()
          .updateTable('citizens')
          .set({ language })
          .where('id', '=', id)
          .where(({ or, eb }) => or([eb('language', 'is', null), eb('language', '<>', language)]))
          .executeTakeFirst();
        if (changed.numUpdatedRows === 1n) await changeFeed.announce(transaction, { topic: CITIZENS_TOPIC, key: id });
      });
    },
    setState(id, state, reason) {
      return change(id, async (transaction) => {
        const result = await transaction
          .updateTable('citizens')
          .set({
            state,
            state_reason: reason,
            changed_at: sql`now()`,
            closed_at: state === 'closed' ? sql`now()` : null,
            // Whoever comes back has not asked for the end of what begins now.
            closes_at: sql`case when state = 'closed' then null else closes_at end`,
          })
          .where('id', '=', id)
          .executeTakeFirst();
        return result.numUpdatedRows === 1n;
      });
    },
    async endPasswordChange(id) {
      await database.transaction().execute(async (transaction) => {
        const ended = await transaction
          .withTables<CitizenTables>()
          .updateTable('citizens')
          .set({ state: 'active', state_reason: 'password-changed', changed_at: sql`now()` })
          .where('id', '=', id)
          .where('state', '=', 'must-change-password')
          .executeTakeFirst();
        if (ended.numUpdatedRows === 1n) await changeFeed.announce(transaction, { topic: CITIZENS_TOPIC, key: id });
      });
    },
    async passwordHashOf(id) {
      const query = tables.selectFrom('citizen_passwords').select('hash').where('citizen_id', '=', id);
      return (await query.executeTakeFirst())?.hash;
    },
    setPasswordHash(id, hash, alongside) {
      return change(id, async (mine, transaction) => {
        const known = await mine.selectFrom('citizens').select('id').where('id', '=', id).executeTakeFirst();
        if (known === undefined) return false;
        await mine
          .insertInto('citizen_passwords')
          .values({ citizen_id: id, hash })
          .onConflict((conflict) => conflict.column('citizen_id').doUpdateSet({ hash, changed_at: sql`now()` }))
          .execute();
        await alongside?.(transaction);
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

/** SQLSTATE 23505 is a unique violation; the driver's own message would carry the hash. */
function explainConflict(cause: unknown): never {
  if (cause instanceof Error && 'code' in cause && cause.code === '23505') {
    throw new NationalCodeTaken('another citizen has this national code');
  }
  throw cause;
}
