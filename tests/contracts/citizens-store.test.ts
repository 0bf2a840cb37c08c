import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CITIZENS_TOPIC, CitizenUnknown, NationalCodeTaken } from '#citizens/citizens-store.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { connectDatabase, type DatabaseConnection } from '#platform/database/connect.ts';
import { SealBroken } from '#platform/sealing/sealer.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { type OpenCitizens, openCitizens, someCitizen } from '#tests/citizens/open-citizens.ts';
import { migratedDatabase, openEmbedded } from '#tests/support/servers.ts';

const databases: [string, () => Promise<DatabaseConnection>][] = [
  ['embedded PGlite', openEmbedded],
  ['PostgreSQL', async () => connectDatabase({ url: await migratedDatabase() })],
];

describe.each(databases)('the store of citizens on %s', (_name, connect) => {
  let room: OpenCitizens;
  beforeAll(async () => {
    room = await openCitizens(await connect());
  });
  afterAll(() => room.close());

  const phone = readMobileNumber('09123456789');
  const complete = () => someCitizen({ givenNameLatin: 'Arash', familyNameLatin: 'Kaviani', ...(phone && { phone }) });

  test('what was saved is found by id and by national code, whole', async () => {
    for (const citizen of [complete(), someCitizen()]) {
      await room.citizens.save(citizen);
      const found = await room.citizens.findById(citizen.id);
      expect(found).toEqual({ ...citizen, updatedAt: expect.any(Number) });
      expect(await room.citizens.findByNationalCode(citizen.nationalCode)).toEqual(found);
    }
  });

  test('who is not there is undefined', async () => {
    const nobody = makeNationalCode(1);
    expect(await room.citizens.findById('nobody')).toBeUndefined();
    expect(await room.citizens.findByNationalCode(nobody)).toBeUndefined();
    expect(await room.citizens.findCredentials(nobody)).toBeUndefined();
    expect(await room.citizens.passwordHashOf('nobody')).toBeUndefined();
  });

  test('saving again changes the person and moves the time of the change', async () => {
    const citizen = complete();
    await room.citizens.save(citizen);
    const before = await room.citizens.findById(citizen.id);
    const { givenNameLatin: _given, familyNameLatin: _family, phone: _phone, ...withoutThem } = citizen;
    await room.citizens.save({ ...withoutThem, givenName: 'آرمان' });
    const after = await room.citizens.findById(citizen.id);
    expect(after).toEqual({ ...withoutThem, givenName: 'آرمان', updatedAt: expect.any(Number) });
    expect(after?.updatedAt).toBeGreaterThanOrEqual(before?.updatedAt ?? Number.POSITIVE_INFINITY);
  });

  test('saving what was read before a lock does not open the account', async () => {
    const citizen = someCitizen();
    await room.citizens.save(citizen);
    const readEarlier = await room.citizens.findById(citizen.id);
    await room.citizens.setState(citizen.id, 'locked', 'reported-stolen');
    if (readEarlier !== undefined) await room.citizens.save({ ...readEarlier, givenName: 'آرمان' });
    expect(await room.citizens.findById(citizen.id)).toMatchObject({ state: 'locked', givenName: 'آرمان' });
  });

  test('one person has one account: a second one with the same national code is refused, even at the same time', async () => {
    const { nationalCode } = someCitizen();
    const saves = Array.from({ length: 8 }, () => room.citizens.save(someCitizen({ nationalCode })));
    const results = await Promise.allSettled(saves);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(NationalCodeTaken);
    }
  });

  test('credentials come with the state, and without a password until there is one', async () => {
    const citizen = someCitizen();
    await room.citizens.save(citizen);
    const { nationalCode, id } = citizen;
    expect(await room.citizens.findCredentials(nationalCode)).toEqual({ citizenId: id, state: 'active' });
    await room.citizens.setPasswordHash(id, 'first');
    await room.citizens.setPasswordHash(id, 'second');
    await room.citizens.setState(id, 'closed', 'deceased');
    const credentials = { citizenId: id, state: 'closed', passwordHash: 'second' };
    expect(await room.citizens.findCredentials(nationalCode)).toEqual(credentials);
    expect(await room.citizens.passwordHashOf(id)).toBe('second');
  });

  test('a hash made anew does not overwrite a password that was changed in the meantime', async () => {
    const { id } = await saved();
    await room.citizens.setPasswordHash(id, 'old');
    await room.citizens.replacePasswordHash(id, { from: 'old', to: 'old, at a higher cost' });
    expect(await room.citizens.passwordHashOf(id)).toBe('old, at a higher cost');
    await room.citizens.setPasswordHash(id, 'changed by the citizen');
    await room.citizens.replacePasswordHash(id, { from: 'old, at a higher cost', to: 'late' });
    expect(await room.citizens.passwordHashOf(id)).toBe('changed by the citizen');
  });

  test('every change is announced, and one that failed is not', async () => {
    await room.changeFeed.poll();
    await room.changeFeed.poll();
    const heard = new Set<string>();
    const stop = room.changeFeed.onChange(CITIZENS_TOPIC, (key) => heard.add(key));
    const [one, two, three] = [await saved(), await saved(), await saved()];
    await room.changeFeed.poll();
    expect(heard).toEqual(new Set([one.id, two.id, three.id]));
    heard.clear();
    await room.citizens.setState(one.id, 'locked', 'asked-for');
    await room.citizens.setPasswordHash(two.id, 'hash');
    await expect(room.citizens.save(someCitizen({ nationalCode: three.nationalCode }))).rejects.toThrow(
      NationalCodeTaken,
    );
    await expect(room.citizens.setState('nobody', 'locked', 'asked-for')).rejects.toThrow(CitizenUnknown);
    await expect(room.citizens.setPasswordHash('nobody', 'hash')).rejects.toThrow(CitizenUnknown);
    await room.changeFeed.poll();
    stop();
    expect([...heard].filter((id) => [one.id, two.id].includes(id))).toHaveLength(2);
    expect(heard.has('nobody') || heard.has(three.id)).toBe(false);
  });

  test('a dump of the tables holds no national code, number or birth date, and no plain hash of one', async () => {
    const citizen = complete();
    await room.citizens.save(citizen);
    const dump = JSON.stringify((await sql`select * from citizens`.execute(room.database)).rows);
    for (const secret of [citizen.nationalCode, '9123456789', citizen.birthDate]) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('base64url'));
    }
    expect(dump, 'control: what is kept in clear is found this way').toContain(citizen.familyName);
  });

  test('a sealed value moved to another citizen or another column does not open', async () => {
    const [victim, attacker] = [await saved(), await saved()];
    await sql`update citizens set national_code = (select national_code from citizens where id = ${victim.id})
      where id = ${attacker.id}`.execute(room.database);
    await expect(room.citizens.findById(attacker.id)).rejects.toThrow(SealBroken);
    await sql`update citizens set birth_date = national_code where id = ${victim.id}`.execute(room.database);
    await expect(room.citizens.findById(victim.id)).rejects.toThrow(SealBroken);
  });

  test('an error of the store carries no personal data', async () => {
    const citizen = await saved();
    const error = await room.citizens
      .save(someCitizen({ nationalCode: citizen.nationalCode }))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NationalCodeTaken);
    expect(String(error instanceof Error && error.stack)).not.toContain(citizen.nationalCode);
  });

  async function saved() {
    const citizen = someCitizen();
    await room.citizens.save(citizen);
    return citizen;
  }
});
