import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { SECOND } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { codeIn, type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { dumpRedis } from '#tests/support/redis-dump.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';

/** Whoever steals a copy of Redis or PostgreSQL while people use their factors finds none that could be used. */
let room: OpenFactors;
let redisUrl: string;
const planted = new Map<string, string>();
const binding = 'this browser';

beforeAll(async () => {
  redisUrl = await ownRedis();
  room = await openFactors({ databaseUrl: await migratedDatabase(), redisUrl });
  const phone = readMobileNumber('09127654321');
  if (phone === undefined) throw new Error('the test made no number');
  const citizen = await room.newCitizen({ phone });
  const { id: citizenId } = citizen;
  planted.set('number', '9127654321').set('national code', citizen.nationalCode).set('birth date', citizen.birthDate);

  for (const purpose of ['sign-in', 'phone', 'recovery', 'puzzle-way'] as const) {
    await room.codes.send({ phone, purpose, binding, network: '203.0.113.77', language: 'fa' });
    planted.set(`code for ${purpose}`, codeIn(room, phone));
    await room.codes.check({ purpose, binding, code: '000000' });
  }
  planted.set('network', '203.0.113.77');
  for (const purpose of ['set-password', 'add-authenticator', 'issue-recovery-codes'] as const)
    planted.set(`proof for ${purpose}`, await room.proofs.issue({ citizenId, purpose, binding }));

  await room.setPassword({
    citizenId,
    password: 'planted lantern',
    proof: planted.get('proof for set-password') ?? '',
    binding,
  });
  const { secret } = room.authenticators.begin(citizen);
  const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
  const proof = planted.get('proof for add-authenticator') ?? '';
  expect(await room.authenticators.confirm({ citizenId, secret, code, name: '', proof, binding })).toBe('added');
  room.clock.advance(30 * SECOND);
  planted.set('secret of an app', secret);
  planted.set('the same in hex', Buffer.from(new TOTP({ secret }).secret.bytes).toString('hex'));

  const forCodes = planted.get('proof for issue-recovery-codes') ?? '';
  const codes = await room.recoveryCodes.issue({ citizenId, proof: forCodes, binding });
  for (const each of codes ?? []) {
    planted.set(`recovery code ${each}`, each);
    planted.set(`recovery code ${each} in one`, each.replaceAll(' ', ''));
  }
  await room.recoveryCodes.use({ citizenId, code: codes?.[0] ?? '' });

  const cookie = await room.devices.remember({ citizenId, userAgent: 'Planted/1.0', network: '203.0.113.77' });
  planted.set('device cookie', cookie).set('device value', cookie.slice(2)).set('browser', 'Planted/1.0');
  const { challenge } = await room.passkeys.registrationOptions({ citizen, binding });
  planted.set('challenge', challenge);
  const begun = await room.attempts.begin({ citizenId, network: '203.0.113.77', device: undefined });
  if (begun.outcome === 'begun') planted.set('known device', await begun.attempt.succeed());

  await room.textMessages.owe({
    to: phone,
    kind: 'recovery-begun',
    language: 'fa',
    values: { link: 'https://sso.example.ir/stop/planted-link' },
  });
  planted.set('link in a notice', 'planted-link');
}, 90_000);
afterAll(() => room.close());

/** In clear, and in the forms that hiding without a key takes. */
function findIn(dump: string): string[] {
  const forms = (value: string) => [
    value,
    Buffer.from(value).toString('base64url'),
    Buffer.from(value).toString('base64').replaceAll('=', ''),
    Buffer.from(value).toString('hex'),
  ];
  return [...planted].flatMap(([name, value]) => (forms(value).some((form) => holds(dump, form)) ? [name] : []));
}

/** Six digits stand in every number by chance, so a code is looked for as a whole word. */
function holds(dump: string, value: string): boolean {
  return /^\d{6}$/.test(value) ? new RegExp(`(?<![\\w-])${value}(?![\\w-])`).test(dump) : dump.includes(value);
}

async function dumpDatabase(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(room.database);
  const lines = tables.map(async ({ name }) => {
    const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t`.execute(
      room.database,
    );
    return rows.map(({ line }) => `${name} ${line}`);
  });
  return (await Promise.all(lines)).flat().join('\n');
}

test('everything of the run is in the stores', async () => {
  const redis = await dumpRedis(redisUrl, { onlyItsDatabase: true });
  const kinds = new Set(redis.split('\n').map((line) => line.split(':', 1)[0]));
  for (const kind of ['one-time-code', 'passkey-challenge', 'rate']) expect(kinds).toContain(kind);
  const database = await dumpDatabase();
  for (const table of ['citizen_totp', 'citizen_recovery_codes', 'remembered_devices', 'text_messages'])
    expect(database).toMatch(new RegExp(`^${table} `, 'm'));
});

test('Redis holds no code, proof, challenge, number or network in clear', async () => {
  expect(findIn(await dumpRedis(redisUrl, { onlyItsDatabase: true }))).toEqual([]);
});

test('PostgreSQL holds no secret, recovery code, cookie value, number or word of a notice in clear', async () => {
  // The stand-in for hashing marks what it hashed, so the password is not planted: hashing has its own tests.
  expect(findIn(await dumpDatabase())).toEqual([]);
});

test('control: a code, a cookie value and a number are found in whatever form they are left', async () => {
  const [cookie = '', number = ''] = [planted.get('device value'), planted.get('number')];
  await room.store.write(`control:${rowId()}`, {
    set: { code: planted.get('code for sign-in') ?? '', number: Buffer.from(number).toString('base64url') },
    expiresInMs: 60_000,
  });
  expect(findIn(await dumpRedis(redisUrl, { onlyItsDatabase: true })).toSorted()).toEqual([
    'code for sign-in',
    'number',
  ]);
  await sql`create table control as select ${Buffer.from(cookie).toString('hex')}::text as value`.execute(
    room.database,
  );
  expect(findIn(await dumpDatabase())).toContain('device value');
});

test('a sealed secret copied into another citizen’s row opens nothing there', async () => {
  const other = await room.newCitizen();
  await sql`insert into citizen_totp (id, citizen_id, name, secret, last_step, added_at)
    select 'copied', ${other.id}, name, secret, 0, added_at from citizen_totp limit 1`.execute(room.database);
  const secret = planted.get('secret of an app') ?? '';
  const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
  await expect(room.authenticators.check({ citizenId: other.id, code })).rejects.toThrow('belongs to another row');
  await sql`delete from citizen_totp where id = 'copied'`.execute(room.database);
});

test('a hash read out of a dump is no code and no cookie', async () => {
  const { rows } = await sql<{ hash: string; citizen: string }>`
    select hash, citizen_id as citizen from remembered_devices
    union all select hash, citizen_id from citizen_recovery_codes where used_at is null`.execute(room.database);
  expect(rows.length).toBeGreaterThan(9);
  for (const { hash, citizen: citizenId } of rows) {
    expect(await room.devices.isRemembered({ citizenId, cookie: `1.${hash}` })).toBe(false);
    expect(await room.recoveryCodes.use({ citizenId, code: hash })).toBe('wrong');
  }
});
