import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { createRecovering, NEW, type Recovering } from './recovering.ts';

let proofing: OpenProofing;
let recovering: Recovering;
beforeAll(async () => {
  proofing = await openProofing();
  recovering = createRecovering(proofing);
}, 2 * MINUTE);
afterAll(() => proofing.close());

const limits = { timeout: MINUTE };

describe('everything lost', () => {
  test('waits for a day through restarts, and then replaces password, number and every factor', limits, async () => {
    const person = await recovering.citizen();
    const code = await recovering.recoveryCodeOf(person.id);
    const { device, waiting } = await recovering.loseEverything(person);
    expect(waiting).toMatchObject({ recovery: { at: 'waiting-period', readyAt: proofing.clock.now() + 24 * HOUR } });
    proofing.clock.advance(24 * HOUR - 1);
    expect(await device.act({ step: 'password', password: NEW }, proofing.start())).toMatchObject({
      outcome: 'not-now',
    });
    proofing.clock.advance(1);
    expect(await device.find(proofing.start())).toMatchObject({ at: 'password' });
    expect(await device.act({ step: 'password', password: NEW }, proofing.start())).toMatchObject({
      recovery: { at: 'done' },
    });
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
    expect(await proofing.citizens.findById(person.id)).toMatchObject({ phone: person.newPhone });
    expect(await proofing.recoveryCodes.use({ citizenId: person.id, code })).toBe('wrong');
  });

  test('waits for its citizen for two days after that, and no longer', limits, async () => {
    const cameAfter = async (milliseconds: number) => {
      const person = await recovering.citizen();
      const { device } = await recovering.loseEverything(person);
      proofing.clock.advance(24 * HOUR + milliseconds);
      const { outcome } = await device.act({ step: 'password', password: NEW });
      return [outcome, await recovering.passwordOf(person)];
    };
    expect(await cameAfter(48 * HOUR - 1), 'control: a moment earlier').toEqual(['moved', `hash of ${NEW}`]);
    expect(await cameAfter(48 * HOUR)).toEqual(['not-now', 'hash of the old one']);
  });

  test('is stopped from the old number, at any time before the new password', limits, async () => {
    for (const waited of [0, 30 * HOUR]) {
      const person = await recovering.citizen();
      const { device, stopCode } = await recovering.loseEverything(person);
      proofing.clock.advance(waited);
      const { recoveries } = proofing.start();
      expect(await recoveries.stop({ code: '123456789012', from: device.from })).toBe('unknown');
      expect(await recoveries.stop({ code: stopCode, from: device.from })).toBe('stopped');
      expect(await recoveries.stop({ code: stopCode, from: device.from })).toBe('unknown');
      proofing.clock.advance(25 * HOUR);
      expect(await device.act({ step: 'password', password: NEW })).toMatchObject({ outcome: 'not-now' });
      expect(await recovering.passwordOf(person)).toBe('hash of the old one');
    }
  });

  test('the password is chosen or the recovery is stopped, never both', limits, async () => {
    for (const _ of Array.from({ length: 5 })) {
      const person = await recovering.citizen();
      const { device, stopCode } = await recovering.loseEverything(person);
      proofing.clock.advance(24 * HOUR);
      const [chosen, stopped] = await Promise.all([
        device.act({ step: 'password', password: NEW }),
        proofing.start().recoveries.stop({ code: stopCode, from: device.from }),
      ]);
      expect([chosen.outcome, stopped]).toSatisfy(
        ([one, other]) => (one === 'moved' && other === 'unknown') || (one === 'not-now' && other === 'stopped'),
      );
      expect(await recovering.passwordOf(person)).toBe(
        stopped === 'stopped' ? 'hash of the old one' : `hash of ${NEW}`,
      );
    }
  });

  describe('while the new password is being worked on', () => {
    /** Sessions are ended before the change: what happens in that moment comes between the step's beginning and its change. */
    const interrupted = (act: () => Promise<void>) => {
      let hasBegun = false;
      return proofing.start({
        async endSessions() {
          if (hasBegun) return;
          hasBegun = true;
          await act();
        },
      });
    };

    test('a stop is heard: no password is set', limits, async () => {
      const person = await recovering.citizen();
      const { device, stopCode } = await recovering.loseEverything(person);
      proofing.clock.advance(24 * HOUR);
      const stopping = interrupted(async () => {
        expect(await proofing.start().recoveries.stop({ code: stopCode, from: device.from })).toBe('stopped');
      });
      expect(await device.act({ step: 'password', password: NEW }, stopping)).toMatchObject({ outcome: 'not-now' });
      expect(await recovering.passwordOf(person)).toBe('hash of the old one');
    });

    test(
      'another tab that is faster has the last word, and the first is not told that its own holds',
      limits,
      async () => {
        const person = await recovering.citizen();
        const { device } = await recovering.loseEverything(person);
        proofing.clock.advance(24 * HOUR);
        const overtaken = interrupted(async () => {
          expect(await device.act({ step: 'password', password: `${NEW} دو` })).toMatchObject({ outcome: 'moved' });
        });
        expect(await device.act({ step: 'password', password: `${NEW} یک` }, overtaken)).toMatchObject({
          outcome: 'not-now',
        });
        expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW} دو`);
      },
    );
  });

  describe('an instance that fails', () => {
    /** Before or after everything that the step does. */
    const failing = (name: 'password' | 'phone-code', when: 'before' | 'after') =>
      proofing.start({
        recoveryRules: (rules) => ({
          ...rules,
          [name]: {
            ...rules[name],
            async take(...step: Parameters<typeof rules.password.take>) {
              if (when === 'after') await rules[name].take(...step);
              throw new Error('the database is gone');
            },
          },
        }),
      });
    const choose = { step: 'password', password: NEW } as const;

    async function failed(when: 'before' | 'after') {
      const person = await recovering.citizen();
      const { device, stopCode } = await recovering.loseEverything(person);
      proofing.clock.advance(24 * HOUR);
      await expect(device.act(choose, failing('password', when))).rejects.toThrow('the database is gone');
      return { person, device, stop: () => proofing.start().recoveries.stop({ code: stopCode, from: device.from }) };
    }

    test('before anything was changed leaves a recovery that is finished, stopped or given up', limits, async () => {
      const finished = await failed('before');
      expect(await finished.device.act(choose)).toMatchObject({ recovery: { at: 'done' } });
      expect(await recovering.passwordOf(finished.person)).toBe(`hash of ${NEW}`);
      const stopped = await failed('before');
      expect(await stopped.stop()).toBe('stopped');
      const givenUp = await failed('before');
      expect(await givenUp.device.act({ step: 'cancel' })).toMatchObject({ recovery: { endedBy: 'cancelled' } });
      for (const { device, person } of [stopped, givenUp]) {
        expect(await device.act(choose)).toMatchObject({ outcome: 'not-now' });
        expect(await recovering.passwordOf(person)).toBe('hash of the old one');
      }
    });

    test(
      'after the change leaves one that is finished, and nobody is told that nothing was changed',
      limits,
      async () => {
        const { device, person, stop } = await failed('after');
        expect(await stop()).toBe('unknown');
        expect(await device.act({ step: 'cancel' })).toMatchObject({ recovery: { at: 'password' } });
        expect(await device.act(choose)).toMatchObject({ recovery: { at: 'done' } });
        expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
        expect(await proofing.citizens.findById(person.id)).toMatchObject({ phone: person.newPhone });
      },
    );

    test('at the code of the new number leaves a waiting period that the owner can stop', limits, async () => {
      const person = await recovering.citizen();
      const device = await recovering.atDevice('lost-everything');
      await device.act(device.identify(person));
      await device.act({ step: 'phone', phone: person.newPhone });
      const first = { step: 'phone-code', code: codeIn(proofing, person.newPhone) } as const;
      await expect(device.act(first, failing('phone-code', 'before'))).rejects.toThrow('the database is gone');
      expect(await device.act(first)).toMatchObject({ recovery: { at: 'waiting-period' } });
      await proofing.deliver();
      const text = proofing.sms.findLast(({ to }) => to === person.phone)?.text ?? '';
      const stopCode = /code=(\d+)/.exec(text)?.[1] ?? '';
      expect(await proofing.start().recoveries.stop({ code: stopCode, from: device.from })).toBe('stopped');
    });
  });

  test('a recovery that ended leaves no other one of this citizen', limits, async () => {
    const person = await recovering.citizen();
    const { device } = await recovering.loseEverything(person);
    const other = await recovering.atDevice('forgotten-password');
    await other.act(other.identify(person));
    await other.act({ step: 'code', code: codeIn(proofing, person.phone) });
    expect(await other.act({ step: 'password', password: NEW })).toMatchObject({ recovery: { at: 'done' } });
    proofing.clock.advance(25 * HOUR);
    expect(await device.find()).toBeUndefined();
  });

  test('a number of somebody else, and nobody’s identity, lead nowhere', limits, async () => {
    const [person, stranger] = [await recovering.citizen(), await recovering.citizen()];
    const device = await recovering.atDevice('lost-everything');
    expect(await device.act(device.identify(person, '2003-06-26'))).toMatchObject({ reason: 'no-match' });
    await device.act(device.identify(person));
    expect(await device.act({ step: 'phone', phone: stranger.phone })).toMatchObject({ reason: 'somebody-else' });
    proofing.isDown['mobile-ownership'] = true;
    expect(await device.act({ step: 'phone', phone: person.newPhone })).toMatchObject({ reason: 'unavailable' });
    proofing.isDown['mobile-ownership'] = false;
    expect(await device.find()).toMatchObject({ at: 'phone' });
  });

  test('an account that was locked, before the waiting period or in it, is not opened', limits, async () => {
    const before = await recovering.citizen();
    await proofing.citizens.setState(before.id, 'locked', 'asked-for');
    const { waiting, stopCode } = await recovering.loseEverything(before);
    expect(waiting).toMatchObject({ recovery: { at: 'ended', endedBy: 'not-possible' } });
    expect(stopCode, 'nobody was told to stop anything').toBe('');

    const meanwhile = await recovering.citizen();
    const { device } = await recovering.loseEverything(meanwhile);
    proofing.clock.advance(24 * HOUR);
    await proofing.citizens.setState(meanwhile.id, 'locked', 'asked-for');
    expect(await device.act({ step: 'password', password: NEW })).toMatchObject({
      recovery: { at: 'ended', endedBy: 'not-possible' },
    });
    expect(await recovering.passwordOf(meanwhile)).toBe('hash of the old one');
  });

  test('who has no account learns it once they have proven who they are', limits, async () => {
    const stranger = recovering.newcomer();
    const device = await recovering.atDevice('lost-everything');
    await device.act(device.identify(stranger));
    await device.act({ step: 'phone', phone: stranger.phones[0] ?? '' });
    const ended = await device.act({ step: 'phone-code', code: codeIn(proofing, stranger.phones[0] ?? '') });
    expect(ended).toMatchObject({ recovery: { at: 'ended', endedBy: 'no-account' } });
  });
});
