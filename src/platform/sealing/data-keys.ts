import { randomBytes, timingSafeEqual } from 'node:crypto';
import { announceChange } from '#platform/database/changes-store.ts';
import type { Database } from '#platform/database/database.ts';
import {
  addDataKeyRow,
  addFirstDataKey,
  type DataKeyRow,
  listAllDataKeys,
  listDataKeys,
  lockDataKeys,
  removeDataKeys,
  resealDataKey,
} from './data-keys-store.ts';
import type { MasterKey, MasterKeys } from './master-keys.ts';
import type { DataKey } from './sealer.ts';

/** What a data key is for. Each purpose has its own keys, so that one leaked key opens one thing. */
export type DataKeyPurpose =
  | 'citizens'
  | 'lookup'
  | 'relying-parties'
  | 'signing-keys'
  | 'state'
  | 'cookies'
  | 'ledger'
  | 'acceptance';

/** The change feed's name for "another data key, or one less". */
export const DATA_KEYS_TOPIC = 'data-keys';

/** A data key was sealed under a master key that is not here. */
class MasterKeyMissing extends Error {}

const SECRET_BYTES = 32;

/**
 * The keys of one purpose, newest first; the first one is made when there is none, and of many instances that make it
 * at once exactly one prevails.
 *
 * @throws MasterKeyMissing, with words that say what to restore; SealBroken when a row was altered
 */
export async function openDataKeys({
  database,
  masterKeys,
  purpose,
}: {
  database: Database;
  masterKeys: MasterKeys;
  purpose: DataKeyPurpose;
}): Promise<readonly [DataKey, ...DataKey[]]> {
  let rows = await listDataKeys(database, purpose);
  if (rows.length === 0) {
    await addFirstDataKey(database, newDataKey({ purpose, masterKey: masterKeys.current }));
    rows = await listDataKeys(database, purpose);
  }
  const [newest, ...older] = rows;
  if (newest === undefined) throw new Error(`the data key for "${purpose}" is gone right after it was stored`);
  return [openDataKey(newest, masterKeys), ...older.map((row) => openDataKey(row, masterKeys))];
}

/** One more key for a purpose, unless somebody made one after `after`: then that one. It seals from that time on. In the caller's transaction. */
export async function addDataKey(
  transaction: Database,
  {
    masterKeys,
    purpose,
    sealsFrom,
    after,
  }: { masterKeys: MasterKeys; purpose: DataKeyPurpose; sealsFrom: number; after: string },
): Promise<{ id: string; sealsFrom: number }> {
  await lockDataKeys(transaction);
  const [newest] = await listDataKeys(transaction, purpose);
  if (newest !== undefined && newest.id !== after)
    return { id: newest.id, sealsFrom: newest.seals_from?.getTime() ?? sealsFrom };
  const row = {
    ...newDataKey({ purpose, masterKey: masterKeys.current }),
    generation: (newest?.generation ?? 0) + 1,
    seals_from: new Date(sealsFrom),
  };
  await addDataKeyRow(transaction, row);
  await announceChange(transaction, { topic: DATA_KEYS_TOPIC, key: purpose });
  return { id: row.id, sealsFrom };
}

/** From its commit on nothing that was sealed under them can be opened by anybody. In the caller's transaction. */
export async function forgetDataKeys(
  transaction: Database,
  { purpose, ids }: { purpose: DataKeyPurpose; ids: readonly string[] },
): Promise<void> {
  await removeDataKeys(transaction, ids);
  await announceChange(transaction, { topic: DATA_KEYS_TOPIC, key: purpose });
}

/**
 * Seals every data key anew under the current master key and reads each one back, all in one transaction. Afterwards the
 * master keys before it open nothing any more.
 */
export async function rewrapDataKeys({
  database,
  masterKeys,
}: {
  database: Database;
  masterKeys: MasterKeys;
}): Promise<{ rewrapped: number; verified: number }> {
  const { current } = masterKeys;
  return database.transaction().execute(async (transaction) => {
    await lockDataKeys(transaction);
    const before = await listAllDataKeys(transaction);
    const secrets = new Map(before.map((row) => [row.id, openDataKey(row, masterKeys).secret]));
    const stale = before.filter((row) => row.master_key_id !== current.id);
    for (const row of stale) {
      await resealDataKey(
        transaction,
        sealedRow({ ...row, secret: openDataKey(row, masterKeys).secret, masterKey: current }),
      );
    }
    const after = await listAllDataKeys(transaction);
    for (const row of after) checkSame(row, secrets.get(row.id), openDataKey(row, { current, all: [current] }).secret);
    return { rewrapped: stale.length, verified: after.length };
  });
}

function newDataKey({ purpose, masterKey }: { purpose: DataKeyPurpose; masterKey: MasterKey }): DataKeyRow {
  // The name stands in front of every sealed value, so it is short; 48 random bits are plenty for a handful of rows.
  const id = randomBytes(6).toString('base64url');
  return sealedRow({ id, purpose, generation: 1, secret: randomBytes(SECRET_BYTES), masterKey });
}

function sealedRow({
  id,
  purpose,
  generation,
  secret,
  masterKey,
}: Omit<DataKeyRow, 'master_key_id' | 'sealed' | 'seals_from'> & { secret: Buffer; masterKey: MasterKey }): DataKeyRow {
  return {
    id,
    purpose,
    generation,
    master_key_id: masterKey.id,
    sealed: masterKey.seal(secret, rowName({ id, purpose })),
    seals_from: null,
  };
}

function openDataKey(row: DataKeyRow, masterKeys: MasterKeys): DataKey {
  const masterKey = masterKeys.all.find((key) => key.id === row.master_key_id);
  if (masterKey === undefined) {
    const here = masterKeys.all.map((key) => key.id).join(', ');
    throw new MasterKeyMissing(
      `the data key for "${row.purpose}" is sealed under the master key ${row.master_key_id}, which is not here (here: ${here}): restore its file into keys/ from the backup and start again`,
    );
  }
  return { id: row.id, secret: masterKey.unseal(row.sealed, rowName(row)), sealsFrom: row.seals_from?.getTime() };
}

/** Ties a sealed key to its row: moved to another purpose it no longer opens. */
function rowName({ id, purpose }: Pick<DataKeyRow, 'id' | 'purpose'>): string {
  return `data-key:${purpose}:${id}`;
}

function checkSame(row: DataKeyRow, before: Buffer | undefined, after: Buffer): void {
  if (before === undefined || !timingSafeEqual(before, after)) {
    throw new Error(`the data key ${row.id} for "${row.purpose}" did not read back as it was; nothing was changed`);
  }
}
