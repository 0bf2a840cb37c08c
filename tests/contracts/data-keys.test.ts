import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.ts';
import { openDataKeys, rewrapDataKeys } from '#platform/sealing/data-keys.ts';
import { createMasterKeyFile, type MasterKeys, readMasterKeys } from '#platform/sealing/master-keys.ts';
import { SealBroken } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { onEachDatabase } from './open-databases.ts';

onEachDatabase((databases) => {
  const folder = mkdtempSync(join(tmpdir(), 'master-keys-'));
  let old: MasterKeys;

  beforeAll(async () => {
    await migrate(databases().first.database, migrations);
    createMasterKeyFile(folder, '2026-01-01');
    old = readMasterKeys({ folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = (masterKeys: MasterKeys, purpose: 'state' | 'cookies' | 'citizens') =>
    openDataKeys({ database: databases().first.database, masterKeys, purpose });

  test('of many instances that make the first key at once exactly one prevails', async () => {
    const { first, second } = databases();
    const opened = await Promise.all(
      Array.from({ length: 16 }, (_, instance) =>
        openDataKeys({ database: (instance % 2 ? first : second).database, masterKeys: old, purpose: 'state' }),
      ),
    );
    expect(new Set(opened.map(([key]) => `${key.id} ${key.secret.toString('hex')}`)).size).toBe(1);
    expect(opened.every((keys) => keys.length === 1)).toBe(true);
  });

  test('each purpose has a key of its own', async () => {
    const [[state], [cookies]] = await Promise.all([open(old, 'state'), open(old, 'cookies')]);
    expect(state.secret.equals(cookies.secret)).toBe(false);
  });

  test('a key moved to another purpose does not open', async () => {
    const { database } = databases().first;
    await open(old, 'citizens');
    const move = (from: string, to: string) =>
      sql`update data_keys set purpose = ${to} where purpose = ${from}`.execute(database);
    await sql`delete from data_keys where purpose = 'cookies'`.execute(database);
    await move('citizens', 'cookies');
    await expect(open(old, 'cookies')).rejects.toThrow(SealBroken);
    // The control: moved back it opens.
    await move('cookies', 'citizens');
    await expect(open(old, 'citizens')).resolves.toHaveLength(1);
  });

  test('a missing master key is named, with what to do', async () => {
    const other = mkdtempSync(join(tmpdir(), 'master-keys-'));
    createMasterKeyFile(other, '2026-02-02');
    await expect(open(readMasterKeys({ folder: other }), 'state')).rejects.toThrow(
      new RegExp(`sealed under the master key ${old.current.id}.*restore its file into keys/`),
    );
    rmSync(other, { recursive: true });
  });

  test('rewrapping seals every key under the new master key, changes none, and the old one opens nothing any more', async () => {
    const { database } = databases().first;
    const [before] = await open(old, 'state');
    createMasterKeyFile(folder, '2026-03-03');
    const both = readMasterKeys({ folder });
    const { rows } = await sql<{ n: number }>`select count(*) as n from data_keys`.execute(database);
    const all = rows[0]?.n;

    expect(await rewrapDataKeys({ database, masterKeys: both })).toEqual({ rewrapped: all, verified: all });
    expect(await rewrapDataKeys({ database, masterKeys: both })).toEqual({ rewrapped: 0, verified: all });
    const alone = { current: both.current, all: [both.current] };
    expect(await open(alone, 'state')).toEqual([before]);
    await expect(open(old, 'state')).rejects.toThrow(both.current.id);
  });
});
