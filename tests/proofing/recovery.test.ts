import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { BIRTH_DATE, createRecovering, NEW, type Recovering } from './recovering.ts';

let proofing: OpenProofing;
let recovering: Recovering;
beforeAll(async () => {
  proofing = await openProofing();
  recovering = createRecovering(proofing);
}, 2 * MINUTE);
afterAll(() => proofing.close());

const limits = { timeout: MINUTE };

describe('a forgotten password', () => {
  test('takes the code to the registered number, once', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    expect(await device.act({ step: 'password', password: NEW })).toMatchObject({ outcome: 'not-now' });
    const code = codeIn(proofing, person.phone);
    expect(await device.act({ step: 'code', code })).toMatchObject({ recovery: { at: 'password' } });
    expect(await device.act({ step: 'password', password: 'short' })).toMatchObject({ reason: 'too-short' });
    expect(await device.act({ step: 'password', password: NEW })).toMatchObject({ recovery: { at: 'done' } });
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
    expect(proofing.endedSessions).toContain(person.id);
    expect(await device.act({ step: 'password', password: `${NEW} دو` })).toMatchObject({ outcome: 'not-now' });
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
  });

  test('changes nothing while sessions cannot be ended, and goes on when they can', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
    const withoutRedis = proofing.start({ endSessions: () => Promise.reject(new Error('the state store is gone')) });
    const choose = { step: 'password', password: NEW } as const;
    await expect(device.act(choose, withoutRedis)).rejects.toThrow('the state store is gone');
    expect(await recovering.passwordOf(person)).toBe('hash of the old one');
    expect(await device.act(choose)).toMatchObject({ recovery: { at: 'done' } });
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
    expect(proofing.endedSessions).toContain(person.id);
  });

  test('goes no further with another birth date, a locked account, or a code of another device', limits, async () => {
    const [person, locked] = [await recovering.citizen(), await recovering.citizen()];
    await proofing.citizens.setState(locked.id, 'locked', 'asked-for');
    const wrong = { reason: 'wrong-code', recovery: { at: 'code' } };
    for (const [who, birthDate] of [[person, '2003-06-26'] as const, [locked, BIRTH_DATE] as const]) {
      const device = await recovering.atDevice('forgotten-password');
      await device.act(device.identify(who, birthDate));
      expect(proofing.sms.filter(({ to }) => to === who.phone)).toEqual([]);
      expect(await device.act({ step: 'code', code: '000000' })).toMatchObject(wrong);
    }
    const [one, two] = [
      await recovering.atDevice('forgotten-password'),
      await recovering.atDevice('forgotten-password'),
    ];
    await two.act(two.identify(person));
    await one.act(one.identify(person));
    const code = codeIn(proofing, person.phone);
    expect(await two.act({ step: 'code', code })).toMatchObject(wrong);
    expect(await one.act({ step: 'code', code })).toMatchObject({ recovery: { at: 'password' } });
  });

  test('an account that is locked on the way stays as it is', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
    await proofing.citizens.setState(person.id, 'locked', 'asked-for');
    expect(await device.act({ step: 'password', password: NEW })).toMatchObject({
      recovery: { endedBy: 'not-possible' },
    });
    expect(await recovering.passwordOf(person)).toBe('hash of the old one');
  });

  test('a page that was left open for an hour changes nothing any more', limits, async () => {
    const leftFor = async (milliseconds: number) => {
      const person = await recovering.citizen();
      const device = await recovering.atDevice('forgotten-password');
      await device.act(device.identify(person));
      await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
      proofing.clock.advance(milliseconds);
      const { outcome } = await device.act({ step: 'password', password: NEW });
      return [outcome, await recovering.passwordOf(person)];
    };
    expect(await leftFor(60 * MINUTE - 1), 'control: a moment earlier').toEqual(['moved', `hash of ${NEW}`]);
    expect(await leftFor(60 * MINUTE)).toEqual(['not-now', 'hash of the old one']);
  });

  test('two tabs that choose a password at once: one is told that it is done', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
    const both = await Promise.all(
      [`${NEW} یک`, `${NEW} دو`].map((password) => device.act({ step: 'password', password })),
    );
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['moved', 'not-now']);
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW} ${both[0]?.outcome === 'moved' ? 'یک' : 'دو'}`);
  });
});

describe('a lost phone', () => {
  test('takes the password and a recovery code, and a number in one’s own name', limits, async () => {
    const [person, stranger] = [await recovering.citizen(), await recovering.citizen()];
    const code = await recovering.recoveryCodeOf(person.id);
    const cookie = await proofing.devices.remember({ citizenId: person.id, userAgent: 'browser', network: 'home' });
    const isRemembered = () => proofing.devices.isRemembered({ citizenId: person.id, cookie });
    const device = await recovering.atDevice('lost-phone');
    const password = {
      step: 'known-password',
      nationalCode: person.nationalCode,
      device: undefined,
      hasSolvedPuzzle: true,
    } as const;
    expect(await device.act({ ...password, password: 'a guess' })).toMatchObject({ reason: 'wrong-credentials' });
    expect(await device.act({ ...password, password: 'the old one' })).toMatchObject({
      recovery: { at: 'second-proof' },
    });
    expect(await device.act({ step: 'phone', phone: person.newPhone })).toMatchObject({ outcome: 'not-now' });
    expect(await device.act({ step: 'recovery-code', code: '1234 5678 9012 3456' })).toMatchObject({
      reason: 'wrong-code',
    });
    expect(await device.act({ step: 'recovery-code', code })).toMatchObject({ recovery: { at: 'phone' } });
    expect(await device.act({ step: 'phone', phone: stranger.phone })).toMatchObject({ reason: 'somebody-else' });
    await device.act({ step: 'phone', phone: person.newPhone });
    expect(await isRemembered(), 'control: until the number is replaced').toBe(true);
    const done = await device.act({ step: 'phone-code', code: codeIn(proofing, person.newPhone) });
    expect(done).toMatchObject({ recovery: { at: 'done' } });
    expect(await proofing.citizens.findById(person.id)).toMatchObject({ phone: person.newPhone });
    expect(await recovering.passwordOf(person)).toBe('hash of the old one');
    expect(await isRemembered()).toBe(false);
    await proofing.deliver();
    for (const to of [person.phone, person.newPhone])
      expect(proofing.sms.filter((message) => message.to === to && message.text.includes('شمارهٔ همراه'))).toHaveLength(
        1,
      );
    const again = await recovering.atDevice('lost-phone');
    await again.act({ ...password, password: 'the old one' });
    expect(await again.act({ step: 'recovery-code', code })).toMatchObject({ reason: 'wrong-code' });
  });
});
