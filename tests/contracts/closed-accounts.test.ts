import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CitizenUnknown } from '#citizens/citizens-store.ts';
import { IDENTITY_KEPT } from '#citizens/closed-accounts.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { rowId } from '#platform/ids.ts';
import { createSubjects } from '#relying-parties/subjects-store.ts';
import { someCitizen } from '#tests/citizens/open-citizens.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';
import { createSoftwareAuthenticator } from '#tests/support/software-authenticator.ts';

const stores: [string, () => Promise<OpenFactors>][] = [
  ['embedded stores', () => openFactors()],
  [
    'PostgreSQL and Redis',
    async () => openFactors({ databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() }),
  ],
];

const binding = 'this browser';
const TABLES = [
  'citizen_passwords',
  'citizen_totp',
  'citizen_passkeys',
  'citizen_recovery_codes',
  'remembered_devices',
] as const;

describe.each(stores)('the end of an account on %s', (_name, open) => {
  let room: OpenFactors;
  beforeAll(async () => {
    room = await open();
  });
  afterAll(() => room.close());

  /** With one of everything that can be had. */
  async function complete() {
    const phone = readMobileNumber('09125550000');
    const citizen = await room.newCitizen({ givenNameLatin: 'Arash', ...(phone && { phone }) });
    const { id: citizenId } = citizen;
    const proof = (purpose: Parameters<typeof room.proofs.issue>[0]['purpose']) =>
      room.proofs.issue({ citizenId, purpose, binding });
    await room.setPassword({
      ...{ citizenId, binding, password: 'سه گربه روی بام' },
      proof: await proof('set-password'),
    });
    const { secret } = room.authenticators.begin(citizen);
    const code = new TOTP({ secret }).generate({ timestamp: room.clock.now() });
    const app = { citizenId, secret, code, name: '', binding, proof: await proof('add-authenticator') };
    expect(await room.authenticators.confirm(app)).toBe('added');
    const authenticator = createSoftwareAuthenticator();
    const options = await room.passkeys.registrationOptions({ citizen, binding });
    const response = authenticator.create(options, { origin: 'https://sso.example.ir' });
    const passkey = { citizenId, binding, response, name: '', proof: await proof('add-passkey') };
    expect(await room.passkeys.register(passkey)).toMatchObject({ outcome: 'added' });
    await room.recoveryCodes.issue({ citizenId, binding, proof: await proof('issue-recovery-codes') });
    const cookie = await room.devices.remember({ citizenId, userAgent: '', network: '' });
    return { citizen, citizenId, authenticator, cookie };
  }

  async function rowsOf(citizenId: string): Promise<Record<string, number>> {
    const counts = TABLES.map(async (table): Promise<[string, number]> => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}
        where citizen_id = ${citizenId}`.execute(room.database);
      return [table, rows[0]?.n ?? -1];
    });
    return Object.fromEntries(await Promise.all(counts));
  }
  const rowOf = async (citizenId: string) =>
    JSON.stringify((await sql`select * from citizens where id = ${citizenId}`.execute(room.database)).rows);

  test('closing takes every credential, device and number away at once', async () => {
    const { citizenId, authenticator, cookie } = await complete();
    expect(Object.values(await rowsOf(citizenId)), 'control: there was one of everything').not.toContain(0);
    expect(await room.closed.close(citizenId, 'asked-for')).toBe(true);
    expect(new Set(Object.values(await rowsOf(citizenId)))).toEqual(new Set([0]));
    expect(await room.citizens.findById(citizenId)).toMatchObject({ state: 'closed', givenName: 'آرش' });
    expect((await room.citizens.findById(citizenId))?.phone).toBeUndefined();
    const options = await room.passkeys.signInOptions({ binding });
    const response = authenticator.get(options, { origin: 'https://sso.example.ir' });
    expect(await room.passkeys.signIn({ binding, response })).toMatchObject({ outcome: 'refused' });
    expect(await room.devices.isRemembered({ citizenId, cookie })).toBe(false);
    expect(room.heard.at(-2)).toMatchObject({ name: 'account.closed', citizenId });
  });

  test('it is closed once, and nobody’s account cannot be', async () => {
    const { citizenId } = await complete();
    const closings = await Promise.all(Array.from({ length: 4 }, () => room.closed.close(citizenId, 'asked-for')));
    expect(closings.filter(Boolean)).toHaveLength(1);
    await expect(room.closed.close('nobody', 'asked-for')).rejects.toThrow(CitizenUnknown);
  });

  test('names, dates and codes are kept for six months and then erased; other accounts are left alone', async () => {
    const [gone, other] = [await complete(), await complete()];
    await room.closed.close(gone.citizenId, 'asked-for');
    room.clock.advance(IDENTITY_KEPT - 1);
    await room.closed.eraseDue();
    expect(await rowOf(gone.citizenId)).toContain(gone.citizen.familyName);
    room.clock.advance(2);
    const erased = await Promise.all([room.closed.eraseDue(), room.closed.eraseDue()]);
    expect(erased.reduce((total, each) => total + each, 0)).toBeGreaterThanOrEqual(1);
    const row = await rowOf(gone.citizenId);
    for (const left of [gone.citizen.familyName, gone.citizen.givenName, 'Arash', 'v1.test.'])
      expect(row).not.toContain(left);
    expect(await room.citizens.findById(gone.citizenId)).toBeUndefined();
    expect(await room.citizens.findByNationalCode(gone.citizen.nationalCode)).toBeUndefined();
    expect(await room.closed.eraseDue()).toBe(0);
    expect(await room.citizens.findById(other.citizenId), 'control').toMatchObject({ state: 'active' });
    const events = room.heard.filter(
      ({ name, citizenId }) => name === 'account.erased' && citizenId === gone.citizenId,
    );
    expect(events).toHaveLength(1);
  });

  test.each([
    ['a day', 24 * 60 * 60 * 1000],
    ['a year', 2 * IDENTITY_KEPT],
  ])(
    'who comes back after %s is the same person to every organisation, and enters with nothing old',
    async (_, later) => {
      const subjects = createSubjects({ database: room.database });
      const { citizen, citizenId, authenticator } = await complete();
      const before = await subjects.subjectFor({ citizenId, sector: 'university' });
      await room.closed.close(citizenId, 'asked-for');
      room.clock.advance(later);
      await room.closed.eraseDue();

      // As an enrolment does: the national code alone leads to the old row.
      const known = await room.citizens.findCredentials(citizen.nationalCode);
      expect(known).toEqual({ citizenId, state: 'closed' });
      const again = { ...someCitizen(), id: known?.citizenId ?? rowId(), nationalCode: citizen.nationalCode };
      await room.citizens.save({ ...again, familyName: 'نام تازه' });
      await room.citizens.setState(again.id, 'active', 'enrolled-again');
      expect(await room.citizens.findById(citizenId)).toMatchObject({ state: 'active', familyName: 'نام تازه' });
      const fresh = createSubjects({ database: room.database });
      expect(await fresh.subjectFor({ citizenId: again.id, sector: 'university' })).toBe(before);
      expect(new Set(Object.values(await rowsOf(citizenId)))).toEqual(new Set([0]));
      const options = await room.passkeys.signInOptions({ binding });
      const response = authenticator.get(options, { origin: 'https://sso.example.ir' });
      expect(await room.passkeys.signIn({ binding, response })).toMatchObject({ reason: 'unknown-passkey' });
      expect(await room.closed.eraseDue(), 'an open account is never erased').toBe(0);
      expect(await room.citizens.findById(citizenId)).toMatchObject({ state: 'active' });
    },
  );

  test('who had to choose a new password is free of it afterwards, and a lock in between stays', async () => {
    const { citizenId } = await complete();
    await room.citizens.setState(citizenId, 'must-change-password', 'reset');
    await room.citizens.endPasswordChange(citizenId);
    expect(await room.citizens.findById(citizenId)).toMatchObject({ state: 'active' });
    await room.citizens.setState(citizenId, 'locked', 'asked-for');
    await room.citizens.endPasswordChange(citizenId);
    expect(await room.citizens.findById(citizenId)).toMatchObject({ state: 'locked' });
  });
});
