import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { createAuthenticatorsStore } from '#citizens/authenticators-store.ts';
import { createCitizensStore } from '#citizens/citizens-store.ts';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { createRememberedDevicesStore } from '#citizens/remembered-devices-store.ts';
import { createReseal } from '#citizens/reseal-store.ts';
import { createTextMessageOutbox } from '#citizens/text-message-outbox-store.ts';
import { createChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrate.ts';
import { rowId } from '#platform/ids.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createSealer, SealBroken, type Sealer } from '#platform/sealing/sealer.ts';
import { migrations } from '#root/migrations/all.ts';
import { someCitizen } from '#tests/citizens/open-citizens.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { onEachDatabase } from './open-databases.ts';

const clock = createFakeClock();
const lookupHash = createKeyedHash(randomBytes(32));

/** Every store of the room that seals. */
function open(database: Database, sealer: Sealer) {
  const changeFeed = createChangeFeed({ database, clock, pollEveryMs: 0 });
  return {
    citizens: createCitizensStore({ database, sealer, lookupHash, changeFeed }),
    authenticators: createAuthenticatorsStore({ database, sealer }),
    devices: createRememberedDevicesStore({ database, sealer }),
    outbox: createTextMessageOutbox({ database, sealer, clock }),
  };
}

onEachDatabase((databases) => {
  test('after sealing anew the old data key opens nothing that is needed, and nobody lost anything', async () => {
    const { database } = databases().first;
    await migrate(database, migrations);
    const old = { id: 'old', secret: randomBytes(32) };
    const newest = { id: 'new', secret: randomBytes(32) };
    const to = readMobileNumber('09121110000');
    if (to === undefined) throw new Error('the test made no number');
    const before = open(database, createSealer([old]));
    const people = Array.from({ length: 3 }, () => someCitizen({ phone: to }));
    for (const citizen of [...people, someCitizen()]) await before.citizens.save(citizen);
    const [{ id: citizenId } = { id: '' }] = people;
    const now = clock.now();
    const app = {
      id: rowId(),
      citizenId,
      name: '',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      lastStep: 1,
      addedAt: now,
    };
    await before.authenticators.add(app, { atMost: 3 });
    const about = { userAgent: 'Firefox', network: '203.0.113.7' };
    const device = { id: rowId(), citizenId, hash: rowId(), about, rememberedAt: now, expiresAt: now + 1000 };
    await before.devices.add(device, { atMost: 20 });
    await before.outbox.owe({ to, kind: 'enrolment-done', language: 'fa', values: { link: 'x' } });

    const sealsAnew = createReseal({ database, sealer: createSealer([newest, old]) });
    // Three citizens with three sealed columns, one with two, an app, a device and a message; by two instances at once.
    const [one, other] = await Promise.all([sealsAnew(), sealsAnew()]);
    expect(one.resealed + other.resealed).toBe(3 * 3 + 2 + 3);
    expect(await sealsAnew()).toEqual({ resealed: 0 });

    const after = open(database, createSealer([newest]));
    for (const citizen of people)
      expect(await after.citizens.findById(citizen.id)).toMatchObject({ ...citizen, updatedAt: expect.any(Number) });
    expect(await after.authenticators.list(citizenId)).toMatchObject([{ secret: app.secret }]);
    expect(await after.devices.list(citizenId, now)).toMatchObject([{ about }]);
    const sent: unknown[] = [];
    await after.outbox.deliverDue({
      batch: 1,
      async handOver(message) {
        sent.push(message);
        return { outcome: 'taken' };
      },
    });
    expect(sent).toEqual([{ to, kind: 'enrolment-done', language: 'fa', values: { link: 'x' } }]);
    await expect(open(database, createSealer([old])).citizens.findById(citizenId), 'control').rejects.toThrow(
      SealBroken,
    );
  });

  test('every column that holds a sealed value is among those that are sealed anew', async () => {
    const { database } = databases().first;
    const { rows } = await sql<{ name: string; columns: string }>`
      select table_name as name, column_name as columns from information_schema.columns
      where table_schema = 'public' and data_type = 'text'`.execute(database);
    const found = await Promise.all(
      rows.map(async ({ name, columns }) => {
        const sealed =
          await sql`select 1 from ${sql.table(name)} where ${sql.ref(columns)} like 'v1.%' limit 1`.execute(database);
        return sealed.rows.length > 0 ? [`${name}.${columns}`] : [];
      }),
    );
    // The message was sent and its words erased.
    expect(found.flat().toSorted()).toEqual([
      'citizen_totp.secret',
      'citizens.birth_date',
      'citizens.national_code',
      'citizens.phone',
      'remembered_devices.about',
    ]);
  });
});
