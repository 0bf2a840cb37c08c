import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { readMobileNumber } from '#citizens/mobile-number.ts';
import { startTextMessageDelivery } from '#citizens/text-message-delivery.ts';
import { createTextMessageOutbox } from '#citizens/text-message-outbox-store.ts';
import type { TextMessage } from '#citizens/text-messages.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { SealBroken } from '#platform/sealing/sealer.ts';
import { type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';

const stores: [string, () => Promise<OpenFactors>][] = [
  ['embedded stores', () => openFactors()],
  [
    'PostgreSQL and Redis',
    async () => openFactors({ databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() }),
  ],
];

const to = readMobileNumber('09129998877');
if (to === undefined) throw new Error('the test made no number');
const notice: TextMessage = { to, kind: 'factor-changed', language: 'fa', values: { factor: 'passkey', act: 'added' } };
const text = 'پنجره: گذرکلید اضافه شد. اگر کار شما نبود، همین حالا رمز خود را عوض کنید.';

describe.each(stores)('notices that must arrive, on %s', (_name, open) => {
  let room: OpenFactors;
  beforeAll(async () => {
    room = await open();
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    await sql`delete from text_messages`.execute(room.database);
    room.sms.length = 0;
    room.outage.answer = undefined;
  });

  const dump = async () => JSON.stringify((await sql`select * from text_messages`.execute(room.database)).rows);

  test('one is sent once, and then neither number nor words are kept', async () => {
    await room.textMessages.owe(notice);
    expect(await room.deliver()).toEqual({ sent: 1, failed: 0, dead: [] });
    expect(await room.deliver()).toEqual({ sent: 0, failed: 0, dead: [] });
    expect(room.sms).toEqual([{ to, text }]);
    const [row] = (await sql<{ sealed: unknown }>`select * from text_messages`.execute(room.database)).rows;
    expect(row).toMatchObject({ sealed: null, kind: 'factor-changed' });
  });

  test('what waits is sealed to its row, and says nothing to whoever reads the table', async () => {
    await room.textMessages.owe(notice);
    await room.textMessages.owe({ ...notice, kind: 'new-device', values: {} });
    for (const secret of ['9129998877', 'passkey', Buffer.from('9129998877').toString('base64url')])
      expect(await dump()).not.toContain(secret);
    expect(await dump(), 'control: what is in clear is found this way').toContain('new-device');
    await sql`update text_messages set sealed = (select sealed from text_messages where kind = 'new-device')
      where kind = 'factor-changed'`.execute(room.database);
    await expect(room.deliver(1)).rejects.toThrow(SealBroken);
  });

  test('one that cannot be opened is an error, and those that were taken beside it are not sent again', async () => {
    await room.textMessages.owe(notice);
    await sql`update text_messages set sealed = 'v1.nothing.that-opens'`.execute(room.database);
    await room.textMessages.owe(notice);
    await expect(room.deliver()).rejects.toThrow(SealBroken);
    expect(room.sms).toHaveLength(1);
    room.clock.advance(HOUR);
    await expect(room.deliver(), 'control: it is still owed').rejects.toThrow(SealBroken);
    expect(room.sms).toHaveLength(1);
  });

  test('owed in a transaction it is owed if and only if the change is made', async () => {
    await room.database.transaction().execute((transaction) => room.textMessages.owe(notice, transaction));
    const undone = room.database.transaction().execute(async (transaction) => {
      await room.textMessages.owe(notice, transaction);
      throw new Error('the change was not made');
    });
    await expect(undone).rejects.toThrow('not made');
    expect(await room.deliver()).toMatchObject({ sent: 1 });
  });

  test('of many instances that look at once each takes others', async () => {
    for (let index = 0; index < 20; index++) await room.textMessages.owe(notice);
    const rounds = await Promise.all(Array.from({ length: 8 }, () => room.deliver(5)));
    expect(rounds.reduce((total, { sent }) => total + sent, 0)).toBe(20);
    expect(room.sms).toHaveLength(20);
  });

  test('while the gateway is down it is tried again after longer and longer times, and given up after a day', async () => {
    await room.textMessages.owe(notice);
    room.outage.answer = { outcome: 'unavailable', reason: 'timeout' };
    const begun = room.clock.now();
    const waits: number[] = [];
    let isDead = false;
    while (!isDead) {
      const { failed, dead } = await room.deliver();
      isDead = dead.length > 0;
      if (failed === 0) continue;
      const { rows } = await sql<{ due: Date }>`select next_attempt_at as due from text_messages`.execute(
        room.database,
      );
      const due = rows[0]?.due.getTime() ?? 0;
      waits.push(due - room.clock.now());
      room.clock.moveTo(due - 1);
      expect(await room.deliver(), 'a moment too early').toMatchObject({ failed: 0 });
      room.clock.moveTo(due);
    }
    expect(waits.slice(0, 6)).toEqual([10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 2 * HOUR]);
    expect(room.clock.now() - begun).toBe(DAY);
    expect(await room.outbox.countDead()).toBe(1);
    const [{ id, lastError } = { id: '', lastError: '' }] = await room.outbox.listDead();
    expect(lastError).toBe('timeout');
    room.outage.answer = undefined;
    expect(await room.outbox.revive(id)).toBe(true);
    expect(await room.deliver(), 'control: revived, it goes out').toMatchObject({ sent: 1 });
    expect(await room.outbox.revive(id)).toBe(false);
  });

  test('an instance that dies on the way leaves it to the next one', async () => {
    await room.textMessages.owe(notice);
    const taken = Promise.withResolvers<void>();
    const handOver = () => {
      taken.resolve();
      return new Promise<never>(() => {});
    };
    void room.outbox.deliverDue({ handOver, batch: 1 });
    await taken.promise;
    expect(await room.deliver(), 'while its lease runs it is nobody else’s').toEqual({ sent: 0, failed: 0, dead: [] });
    room.clock.advance(2 * MINUTE);
    expect(await room.deliver()).toMatchObject({ sent: 1 });
  });

  test('what the gateway will never take is given up at once; what it does not take now is not', async () => {
    for (const [status, isFinal] of [
      [400, true],
      [422, true],
      [404, false],
      [429, false],
      [401, false],
      [503, false],
    ] as const) {
      await sql`delete from text_messages`.execute(room.database);
      await room.textMessages.owe(notice);
      room.outage.answer = { outcome: 'answered', status, body: {} };
      const round = await room.deliver();
      expect(round.dead.length, `status ${status}`).toBe(isFinal ? 1 : 0);
      expect(round.failed, `status ${status}`).toBe(isFinal ? 0 : 1);
    }
  });

  test('what was sent or given up thirty days ago is deleted, and what is owed stays', async () => {
    await room.textMessages.owe(notice);
    await room.deliver();
    room.clock.advance(30 * DAY + SECOND);
    await room.textMessages.owe(notice);
    expect(await room.outbox.prune()).toBe(1);
    expect(await room.deliver()).toMatchObject({ sent: 1 });
  });

  test('a restart loses nothing: another instance finds what was owed', async () => {
    await room.textMessages.owe(notice);
    const { database, sealer, clock } = room;
    const rounds: number[] = [];
    const delivery = startTextMessageDelivery({
      outbox: createTextMessageOutbox({ database, sealer, clock }),
      handOver: async () => ({ outcome: 'taken' }),
      clock,
      everyMs: HOUR,
      onRound: ({ sent }) => void rounds.push(sent),
      onError: (error) => {
        throw error;
      },
    });
    await expect.poll(() => rounds).toEqual([1]);
    await room.textMessages.owe(notice);
    delivery.wake();
    await expect.poll(() => rounds).toEqual([1, 1]);
    for (const _ of [1, 2, 3]) {
      await room.textMessages.owe(notice);
      delivery.wake();
    }
    await expect.poll(() => rounds, { message: 'those of one moment leave together' }).toEqual([1, 1, 3]);
    await delivery.stop();
    await room.textMessages.owe(notice);
    delivery.wake();
    expect(rounds).toEqual([1, 1, 3]);
  });
});
