import type { JsonWebKey, KeyObject } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import type { Sealer } from '#platform/sealing/sealer.ts';
import type { Freeze } from './calendar.ts';
import { RingBroken } from './errors.ts';
import type { RingSnapshot } from './key-ring.ts';
import { type NewKey, readPrivateKey, thumbprint } from './new-key.ts';
import type { WindowPromise } from './promises.ts';
import { fromRow, type SigningKeyRow, toRow } from './signing-key-row.ts';
import { applyChange, type KeyRow, type RingChange, stateOf } from './states.ts';

/**
 * Where the ring lies. Every change is one transaction that adds the next epoch: of two instances that change the
 * ring at once, the second finds its epoch taken and nothing of its change is written.
 */
export type SigningKeysStore = {
  /** Cheap: is what I know still the newest, and what time is it at the database? */
  readEpoch(): Promise<{ epoch: number; now: number }>;
  /** All of one epoch. Throws RingBroken when a public half is not what we wrote. */
  readRing(): Promise<RingSnapshot>;
  /** False when the ring is not at `from.epoch` any more; then nothing was written. */
  change(from: RingSnapshot, step: RingStep): Promise<boolean>;
  /** Every change of the ring, oldest first. */
  listEpochs(): Promise<{ epoch: number; at: number }[]>;
  sealNewKey(key: NewKey): KeyRow;
  /** Undefined when the private half is erased. Throws RingBroken. */
  openPrivateKey(row: KeyRow): Promise<KeyObject | undefined>;
};

export type RingStep = {
  change: RingChange;
  /** For the list of epochs: what was done, and by whom. */
  act: string;
  by: string;
  promise?: Omit<WindowPromise, 'since'>;
  freeze?: Freeze;
  /** Runs in the same transaction; false undoes the step. */
  alongside?: (database: Database) => Promise<boolean>;
};

/** The database's own clock, in milliseconds. Tests hand in another one. */
export type TimeOf = (database: Database) => Promise<number>;

type Tables = {
  signing_keys: SigningKeyRow;
  signing_key_epochs: { epoch: number; at: Date; act: string; done_by: string };
  signing_key_promises: { epoch: number; since: Date; key_set_ms: number; token_ms: number };
  signing_key_freezes: { epoch: number; starts_at: Date; ends_at: Date; reason: string };
};

/** The act that made the ring of cookies; what the list of epochs remembers is not made a second time. */
export const COOKIES_ACT = 'cookie-keys';

class StepUndone extends Error {}

export function createSigningKeysStore({
  database,
  sealer,
  freezes: settled = [],
  timeOf = databaseTime,
}: {
  database: Database;
  sealer: Sealer;
  /** From the settings. */
  freezes?: readonly Freeze[];
  timeOf?: TimeOf;
}): SigningKeysStore {
  const tables = database.withTables<Tables>();

  async function readEpoch() {
    const last = await tables
      .selectFrom('signing_key_epochs')
      .selectAll()
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst();
    // A database that failed over to a slower clock must not take the ring back in time.
    return { epoch: last?.epoch ?? 0, now: Math.max(await timeOf(database), last?.at.getTime() ?? 0) };
  }

  async function readRing(): Promise<RingSnapshot> {
    const { epoch, now } = await readEpoch();
    const [first] = await tables.selectFrom('signing_key_epochs').select('at').orderBy('epoch').limit(1).execute();
    const rows = await tables.selectFrom('signing_keys').selectAll().execute();
    const promises = await tables.selectFrom('signing_key_promises').selectAll().orderBy('epoch').execute();
    const cookies = await tables
      .selectFrom('signing_key_epochs')
      .select('at')
      .where('act', '=', COOKIES_ACT)
      .executeTakeFirst();
    const freezes = await tables.selectFrom('signing_key_freezes').selectAll().orderBy('epoch').execute();
    // Read in several steps: if the ring moved meanwhile, they may not fit together.
    if ((await readEpoch()).epoch !== epoch) return readRing();
    return {
      epoch,
      now,
      initialisedAt: first?.at.getTime() ?? 0,
      rows: await Promise.all(rows.map((row) => openRow(row))),
      promises: promises.map((it) => ({ since: it.since.getTime(), keySet: it.key_set_ms, token: it.token_ms })),
      cookiesSince: cookies?.at.getTime(),
      freezes: [
        ...settled,
        ...freezes.map((it) => ({ from: it.starts_at.getTime(), until: it.ends_at.getTime(), reason: it.reason })),
      ],
    };
  }

  async function openRow(row: SigningKeyRow): Promise<KeyRow> {
    try {
      const publicJwk: JsonWebKey = JSON.parse(sealer.unseal(row.public_half, identity('public', row)).toString());
      if ((await thumbprint(publicJwk)) !== row.kid) throw new Error('the thumbprint is another one');
      return fromRow(row, publicJwk);
    } catch (cause) {
      throw new RingBroken(row.kid, cause);
    }
  }

  async function change(from: RingSnapshot, step: RingStep): Promise<boolean> {
    try {
      return await tables.transaction().execute((transaction) => changeWithin(transaction, from, step));
    } catch (error) {
      if (error instanceof StepUndone) return false;
      throw error;
    }
  }

  async function changeWithin(transaction: Kysely<Tables>, from: RingSnapshot, step: RingStep): Promise<boolean> {
    const plain = transaction.withTables<Record<never, never>>() as unknown as Database;
    await giveUpSoon(plain);
    // Later than every epoch before it, whatever the clock says: only the first epoch's keys share its time.
    const at = Math.max(await timeOf(plain), from.now + 1);
    const epoch = from.epoch + 1;
    const [won] = await transaction
      .insertInto('signing_key_epochs')
      .values({ epoch, at: new Date(at), act: step.act, done_by: step.by })
      .onConflict((conflict) => conflict.doNothing())
      .returning('epoch')
      .execute();
    if (won === undefined) return false;
    await writeRows(transaction, { before: from.rows, after: applyChange(from.rows, step.change, at) });
    if (step.promise !== undefined) {
      const { keySet, token } = step.promise;
      await transaction
        .insertInto('signing_key_promises')
        .values({ epoch, since: new Date(at), key_set_ms: keySet, token_ms: token })
        .execute();
    }
    if (step.freeze !== undefined) {
      const { from: starts, until, reason } = step.freeze;
      await transaction
        .insertInto('signing_key_freezes')
        .values({ epoch, starts_at: new Date(starts), ends_at: new Date(until), reason })
        .execute();
    }
    if (step.alongside !== undefined && !(await step.alongside(plain))) throw new StepUndone();
    return true;
  }

  async function writeRows(
    transaction: Kysely<Tables>,
    { before, after }: { before: readonly KeyRow[]; after: readonly KeyRow[] },
  ) {
    const old = new Set(before);
    const changed = after.filter((row) => !old.has(row));
    // Keys that stop signing go first: the database allows one that signs, at every moment.
    const signs = (row: KeyRow) => Number(stateOf(row) === 'ACTIVE');
    const ordered = [...changed].sort((a, b) => signs(a) - signs(b));
    for (const row of ordered) {
      const values = toRow(row, sealer.seal(JSON.stringify(row.publicJwk), identity('public', row)));
      await transaction
        .insertInto('signing_keys')
        .values(values)
        .onConflict((conflict) => conflict.column('kid').doUpdateSet(values))
        .execute();
    }
  }

  return {
    readEpoch,
    readRing,
    change,
    async listEpochs() {
      const epochs = await tables.selectFrom('signing_key_epochs').select(['epoch', 'at']).orderBy('epoch').execute();
      return epochs.map(({ epoch, at }) => ({ epoch, at: at.getTime() }));
    },
    sealNewKey: ({ privateBytes, ...key }) => ({
      ...key,
      sealedPrivate: sealer.seal(privateBytes, identity('private', key)),
      stagedAt: 0,
      marks: {},
      revocationReason: undefined,
    }),
    async openPrivateKey(row) {
      if (row.sealedPrivate === undefined) return undefined;
      try {
        return await readPrivateKey(sealer.unseal(row.sealedPrivate, identity('private', row)), row);
      } catch (cause) {
        throw new RingBroken(row.kid, cause);
      }
    },
  };
}

/** What a sealed half is tied to: moved to another row, another algorithm or the other column, it does not open. */
function identity(half: 'public' | 'private', { kid, alg }: { kid: string; alg: string }): string {
  return `signing-keys/${half}/${alg}/${kid}`;
}

/** Milliseconds. A process that hangs here holds up every other change; a revocation may not wait longer than its 5 s. */
const HANGING_AFTER = 2 * SECOND;

async function giveUpSoon(transaction: Database): Promise<void> {
  await sql`select set_config('idle_in_transaction_session_timeout', ${String(HANGING_AFTER)}, true)`.execute(
    transaction,
  );
}

async function databaseTime(database: Database): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(database);
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not tell the time');
  return row.now.getTime();
}
