import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { dumpRedis } from '#tests/support/redis-dump.ts';
import { findPlanted, type Planted, walkEverything } from './whole-run.ts';

/** Whoever steals a copy of Redis or PostgreSQL can sign in as nobody, and learns nobody's national code. */
let provider: TestProvider;
let redisUrl: string;
let planted: Planted;

beforeAll(async () => {
  const stores = await realStores();
  redisUrl = stores.redisUrl;
  provider = await startProvider({ stores });
  planted = await walkEverything(provider);
  await provider.services.auditStore.flush();
}, 90_000);
afterAll(() => provider.close());

/** Every row of every table, as text. */
async function dumpDatabase(): Promise<Map<string, string>> {
  const { database } = provider.services;
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(database);
  const tables = rows.map(async ({ name }): Promise<[string, string]> => {
    const found = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t`.execute(database);
    return [name, found.rows.map(({ line }) => line).join('\n')];
  });
  return new Map(await Promise.all(tables));
}

const kindsOf = (dump: string) => new Set(dump.split('\n').map((line) => line.split(':', 1)[0]));

test('the run left records of every kind behind', async () => {
  expect(planted.size).toBeGreaterThan(40);
  const kinds = kindsOf(await dumpRedis(redisUrl, { onlyItsDatabase: true }));
  for (const kind of ['Session', 'SessionCookie', 'Grant', 'Token', 'AuthorizationCode']) expect(kinds).toContain(kind);
  for (const kind of ['Interaction', 'DeviceCode', 'UserCode', 'PushedAuthorizationRequest', 'RefreshSuccessor'])
    expect(kinds).toContain(kind);
  const tables = await dumpDatabase();
  for (const table of [
    'citizens',
    'citizen_passwords',
    'relying_parties',
    'consents',
    'audit_events',
    'pairwise_subjects',
  ])
    expect(tables.get(table), table).toMatch(/\S/);
});

test('no bearer value, password, national code, number or birth date is in Redis', async () => {
  expect(findPlanted(planted, await dumpRedis(redisUrl, { onlyItsDatabase: true }))).toEqual([]);
});

test('no bearer value, password, national code, number or birth date is in any table of PostgreSQL', async () => {
  const found = [...(await dumpDatabase())].flatMap(([table, text]) =>
    findPlanted(planted, text).map((what) => `${table}: ${what}`),
  );
  expect(found).toEqual([]);
});

test('every key of Redis expires, within half a year and a day', async () => {
  const lines = (await dumpRedis(redisUrl, { onlyItsDatabase: true })).split('\n');
  const forEver = lines.filter((line) => {
    const expiresInMs = Number(line.split(' ')[1]);
    return !(expiresInMs > 0 && expiresInMs <= 181 * 24 * 60 * 60 * 1000);
  });
  expect(forEver).toEqual([]);
});

test('control: one token, one national code and one key without an end are found', async () => {
  const { redis, database } = provider.services;
  const [token = ''] = [...planted].flatMap(([name, value]) => (name.startsWith('refresh_token') ? [value] : []));
  const [citizen] = provider.citizens;
  await redis?.hset('Control:1', { token, code: Buffer.from(citizen?.nationalCode ?? '').toString('base64url') });
  const dump = await dumpRedis(redisUrl, { onlyItsDatabase: true });
  expect(findPlanted(planted, dump)).toHaveLength(2);
  expect(dump).toMatch(/^Control:1 -1 /m);
  await sql`create table control as select ${token}::text as token`.execute(database);
  expect(findPlanted(planted, (await dumpDatabase()).get('control') ?? '')).toHaveLength(1);
});
