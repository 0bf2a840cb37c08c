import { renameSync, rmSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '#tests/support/processes.ts';
import { type Ended, mustSucceed, prepareSite, runProgram, type Site } from './instances.ts';

/** What an operator meets after a loss, as processes: each refusal says what to do, and what was restored is what was lost. */
let site: Site;
let database: pg.Client;

beforeAll(async () => {
  site = await prepareSite();
  database = new pg.Client({ connectionString: site.databaseUrl });
  await database.connect();
}, 90_000);
afterAll(async () => {
  await database?.end();
  await site?.close();
});

const keys = (...args: string[]): Promise<Ended> => runProgram(['src/commands/keys.ts', ...args], site.environment);
const start = (): Promise<Ended> =>
  runProgram(['src/main.ts'], { ...site.environment, PANJEREH_PORT: '0' }, { within: 60_000 });

const TABLES = ['signing_keys', 'signing_key_epochs', 'signing_key_promises'];
async function backUp(): Promise<void> {
  for (const table of TABLES) await database.query(`create table saved_${table} as table ${table}`);
}
async function restore(): Promise<void> {
  for (const table of TABLES) {
    await database.query(`delete from ${table}`);
    await database.query(`insert into ${table} select * from saved_${table}`);
  }
}
const kids = async () =>
  (await database.query<{ kid: string }>('select kid from signing_keys order by kid')).rows.map(({ kid }) => kid);

test('a ring that is gone refuses to start and to be made anew, and comes back from a backup with the same kids', async () => {
  await backUp();
  const before = await kids();
  await database.query('delete from signing_keys');
  for (const ending of [await start(), await keys('init'), await keys('status')]) {
    expect(ending.output).toMatch(/its signing keys are gone from the database.*Restore the tables .* last backup/s);
    expect(ending.output, 'a stack is for the unforeseen').not.toMatch(/^\s+at /m);
    expect(ending.code).not.toBe(0);
  }
  expect((await keys('status')).code).toBe(5);
  await restore();
  expect(await kids()).toEqual(before);
  expect(await mustSucceed(keys('verify'))).toMatch(/keys are sound/);
}, 120_000);

test('a private half that was altered in the database is named, and restored', async () => {
  const { rows } = await database.query<{ kid: string }>(
    `select kid from signing_keys where alg = 'ES256' and activated_at is not null`,
  );
  const kid = rows[0]?.kid ?? '';
  await database.query(
    `update signing_keys set private_half = overlay(private_half placing 'AAAA' from 60) where kid = $1`,
    [kid],
  );
  const verified = await keys('verify');
  expect(verified).toMatchObject({ code: 4, output: expect.stringContaining(kid) });
  const started = await start();
  expect(started.code).toBe(1);
  expect(started.output).toMatch(/is not what this issuer wrote there.*npm run keys -- verify/s);
  expect(started.output).not.toMatch(/^\s+at /m);
  await restore();
  await mustSucceed(keys('verify'));
}, 120_000);

test('a master key that is away or another one is asked for by its name', async () => {
  const folder = `${site.folder}/keys`;
  renameSync(`${folder}/first.key`, `${site.folder}/first.key`);
  expect(await keys('verify')).toMatchObject({ code: 5, output: expect.stringContaining('there is no master key') });
  await mustSucceed(keys('new-master-key', 'other'));
  const verified = await keys('verify');
  expect(verified.code).toBe(5);
  expect(verified.output).toMatch(/sealed under the master key [0-9a-f]{8}, which is not here.*restore its file/s);
  expect((await start()).output).toMatch(/which is not here/);
  rmSync(`${folder}/other.key`);
  renameSync(`${site.folder}/first.key`, `${folder}/first.key`);
  await mustSucceed(keys('verify'));
}, 120_000);

test('a master key is changed and no kid with it: made, rewrapped under, read back, and the old one taken away', async () => {
  const before = await kids();
  await mustSucceed(keys('new-master-key', 'second'));
  await mustSucceed(keys('verify'));
  const old = `${site.folder}/keys/first.key`;
  const rewrapped = JSON.parse(await mustSucceed(keys('rewrap', '--json')));
  expect(rewrapped.rewrapped).toBeGreaterThan(0);
  expect(rewrapped.verified).toBeGreaterThanOrEqual(rewrapped.rewrapped);
  rmSync(old);
  expect(await mustSucceed(keys('verify'))).toMatch(/keys are sound/);
  expect(await kids()).toEqual(before);
}, 120_000);

test('the embedded database has one owner: a second process is told who has it and what to do', async () => {
  const folder = await temporaryFolder('embedded');
  const environment = {
    NODE_ENV: 'test',
    PANJEREH_DATA_FOLDER: `${folder.path}/data`,
    PANJEREH_KEYS_FOLDER: `${folder.path}/keys`,
  };
  const run = (...args: string[]) => runProgram(['src/commands/keys.ts', ...args], environment);
  await mustSucceed(run('new-master-key', 'a'));
  const { lockEmbedded } = await import('#platform/database/embedded-lock.ts');
  const unlock = lockEmbedded(`${folder.path}/data/database`);
  const refused = await run('init');
  expect(refused).toMatchObject({ code: 5, output: expect.stringContaining(`in use by the process ${process.pid}`) });
  expect(refused.output.trim().split('\n')).toHaveLength(1);
  unlock();
  await mustSucceed(run('init'));
  await folder.remove();
}, 60_000);
