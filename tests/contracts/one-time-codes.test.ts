import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type MobileNumber, readMobileNumber } from '#citizens/mobile-number.ts';
import type { CodePurpose } from '#citizens/one-time-codes.ts';
import { MINUTE } from '#platform/durations.ts';
import { rowId } from '#platform/ids.ts';
import { codeIn, type OpenFactors, openFactors } from '#tests/citizens/open-factors.ts';
import { migratedDatabase, ownRedis } from '#tests/support/servers.ts';

const stores: [string, () => Promise<OpenFactors>][] = [
  ['embedded stores', () => openFactors()],
  [
    'PostgreSQL and Redis',
    async () => openFactors({ databaseUrl: await migratedDatabase(), redisUrl: await ownRedis() }),
  ],
];

let serial = 0;
/** Nobody else in this file has it, so no budget is shared. */
function newPhone(): MobileNumber {
  serial += 1;
  const phone = readMobileNumber(`0912${String(serial).padStart(7, '0')}`);
  if (phone === undefined) throw new Error('the test made no number');
  return phone;
}

describe.each(stores)('one-time codes on %s', (name, open) => {
  let room: OpenFactors;
  beforeAll(async () => {
    room = await open();
  });
  afterAll(() => room.close());

  async function sent({ purpose = 'sign-in' }: { purpose?: CodePurpose } = {}) {
    const [phone, binding] = [newPhone(), rowId()];
    const outcome = await room.codes.send({ phone, purpose, binding, network: '203.0.113.7', language: 'fa' });
    expect(outcome).toEqual({ outcome: 'sent', expiresInMs: 3 * MINUTE, resendInMs: MINUTE });
    return { phone, binding, purpose, code: codeIn(room, phone) };
  }

  const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  test('the code in the message is right once, and tells which number it went to', async () => {
    const { phone, ...tried } = await sent();
    expect(await room.codes.check(tried)).toEqual({ outcome: 'right', phone });
    expect(await room.codes.check(tried)).toEqual({ outcome: 'expired' });
  });

  test('checked 64 times at once it is right once', async () => {
    const tried = await sent();
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => room.codes.check(tried)));
    expect(outcomes.filter(({ outcome }) => outcome === 'right')).toHaveLength(1);
  });

  test('64 guesses at once are five', async () => {
    const { code, ...tried } = await sent();
    const guesses = Array.from({ length: 64 }, () => room.codes.check({ ...tried, code: otherThan(code) }));
    const wrong = (await Promise.all(guesses)).filter(({ outcome }) => outcome === 'wrong');
    expect(wrong).toHaveLength(5);
    expect(await room.codes.check({ ...tried, code }), 'the right one comes too late').toEqual({ outcome: 'expired' });
  });

  test('control: after four wrong ones the right one counts', async () => {
    const { code, phone, ...tried } = await sent();
    for (const triesLeft of [4, 3, 2, 1])
      expect(await room.codes.check({ ...tried, code: otherThan(code) })).toEqual({ outcome: 'wrong', triesLeft });
    expect(await room.codes.check({ ...tried, code })).toEqual({ outcome: 'right', phone });
  });

  test('it is nothing in another binding, or for another purpose', async () => {
    const tried = await sent();
    expect(await room.codes.check({ ...tried, binding: rowId() })).toEqual({ outcome: 'expired' });
    expect(await room.codes.check({ ...tried, purpose: 'recovery' })).toEqual({ outcome: 'expired' });
    expect(await room.codes.check(tried), 'control').toMatchObject({ outcome: 'right' });
  });

  test('digits may be Persian, Arabic or ASCII, with blanks, hyphens and invisible marks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ascii', 'persian', 'arabic'), { minLength: 6, maxLength: 6 }),
        fc.array(fc.constantFrom('', ' ', '-', '\u200c', '\u200f', '\u00a0'), { minLength: 7, maxLength: 7 }),
        async (scripts, separators) => {
          const { code, ...tried } = await sent();
          const zero = { ascii: 0x30, persian: 0x6f0, arabic: 0x660 };
          const digit = (value: string, index: number) =>
            String.fromCodePoint(zero[scripts[index] ?? 'ascii'] + Number(value));
          const typed = [...code].map((value, index) => `${separators[index]}${digit(value, index)}`).join('');
          expect(await room.codes.check({ ...tried, code: `${typed}${separators[6]}` })).toMatchObject({
            outcome: 'right',
          });
        },
      ),
      { numRuns: 15 },
    );
  });

  test('what is no code counts as a try', async () => {
    const { code, ...tried } = await sent();
    for (const nonsense of ['', '12345', '1234567', 'abcdef', '１２３４５６', '0'.repeat(10_000)])
      await room.codes.check({ ...tried, code: nonsense });
    expect(await room.codes.check({ ...tried, code })).toEqual({ outcome: 'expired' });
  });

  test('asking again at once is refused, and leaves the code that is on its way as it is', async () => {
    const { code, ...tried } = await sent();
    const again = { ...tried, network: '203.0.113.7', language: 'fa' as const };
    expect(await room.codes.send(again)).toMatchObject({ outcome: 'slow-down' });
    expect(await room.codes.check({ ...tried, code })).toMatchObject({ outcome: 'right' });
  });

  test('when the gateway is down that is said, no code is right, and one may ask again at once', async () => {
    const [phone, binding] = [newPhone(), rowId()];
    const wanted = { phone, purpose: 'phone' as const, binding, network: '203.0.113.7', language: 'en' as const };
    room.outage.answer = { outcome: 'unavailable', reason: 'circuit-open' };
    // More often than a number may be sent codes in an hour: what was not sent is not counted.
    for (let index = 0; index < 6; index++) expect(await room.codes.send(wanted)).toEqual({ outcome: 'unavailable' });
    room.outage.answer = undefined;
    expect(await room.codes.send(wanted)).toMatchObject({ outcome: 'sent' });
    expect(await room.codes.check({ ...wanted, code: codeIn(room, phone) })).toMatchObject({ outcome: 'right' });
  });

  test.each(['timeout', 'status-504'])(
    'after %s a message may have left: its code lives, and it counts',
    async (reason) => {
      const phone = newPhone();
      const messages = room.sms.length;
      room.outage.answer = { outcome: 'unavailable', reason };
      const place = { purpose: 'phone' as const, binding: rowId() };
      const wanted = { ...place, phone, network: '203.0.113.7', language: 'en' as const };
      expect(await room.codes.send(wanted)).toEqual({ outcome: 'late', expiresInMs: 3 * MINUTE, resendInMs: MINUTE });
      expect(room.sms, 'control: the test gateway took none').toHaveLength(messages);
      expect(await room.codes.send(wanted)).toMatchObject({ outcome: 'slow-down' });
      expect(await room.codes.check({ ...wanted, code: 'no code' })).toEqual({ outcome: 'wrong', triesLeft: 4 });
      for (let sent = 1; sent < 5; sent++) await room.codes.send({ ...wanted, binding: rowId() });
      room.outage.answer = undefined;
      expect(await room.codes.send({ ...wanted, binding: rowId() })).toMatchObject({ outcome: 'slow-down' });
    },
  );

  test('asked for unseen, a number and no number look the same, and of no number every code is wrong', async () => {
    const phone = newPhone();
    const wanted = { purpose: 'puzzle-way' as const, network: '203.0.113.7', language: 'fa' as const };
    const real = await room.codes.sendUnseen({ ...wanted, phone, binding: 'somebody' });
    await expect.poll(() => room.sms.at(-1)?.to).toBe(phone);
    const before = room.sms.length;
    const none = await room.codes.sendUnseen({ ...wanted, phone: undefined, binding: 'nobody' });
    expect(none).toEqual(real);
    expect(room.sms).toHaveLength(before);
    const guess = { purpose: 'puzzle-way' as const, code: '123456' };
    expect(await room.codes.check({ ...guess, binding: 'nobody' })).toEqual({ outcome: 'wrong', triesLeft: 4 });
    const code = codeIn(room, phone);
    expect(await room.codes.check({ ...guess, binding: 'somebody', code: otherThan(code) })).toEqual({
      outcome: 'wrong',
      triesLeft: 4,
    });
    expect(await room.codes.check({ ...guess, binding: 'somebody', code })).toEqual({ outcome: 'right', phone });
  });

  test('a number is sent five codes an hour by anybody, and that leaves its codes after a password alone', async () => {
    const phone = newPhone();
    const ask = (purpose: CodePurpose) =>
      room.codes.send({ phone, purpose, binding: rowId(), network: '203.0.113.7', language: 'fa' });
    for (let index = 0; index < 5; index++) expect(await ask('phone')).toMatchObject({ outcome: 'sent' });
    expect(await ask('recovery')).toMatchObject({ outcome: 'slow-down' });
    expect(await ask('sign-in'), 'control: strangers do not keep anybody out').toMatchObject({ outcome: 'sent' });
  });

  // Redis has its own clock, and a test does not wait for three minutes.
  if (name === 'embedded stores')
    test('after three minutes it is too late', async () => {
      const early = await sent();
      const late = await sent();
      room.clock.advance(3 * MINUTE - 1);
      expect(await room.codes.check(early)).toMatchObject({ outcome: 'right' });
      room.clock.advance(1);
      expect(await room.codes.check(late)).toEqual({ outcome: 'expired' });
    });
});
