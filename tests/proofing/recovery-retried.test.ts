import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { createRecovering, type Device, NEW, type Person, type Recovering } from './recovering.ts';

/**
 * A recovery that changed the account and then failed: whoever tries again is told how it stands now, and what was left
 * undone is made up for. Nothing is changed a second time on the strength of a proof that is used up.
 */
let proofing: OpenProofing;
let recovering: Recovering;
beforeAll(async () => {
  proofing = await openProofing();
  recovering = createRecovering(proofing);
}, 2 * MINUTE);
afterAll(() => proofing.close());

const choose = (password: string) => ({ step: 'password', password }) as const;
const done = { recovery: { at: 'done' } };
const inVain = (endedBy: string) => ({ recovery: { at: 'ended', endedBy } });

/** Sessions are ended before the change and after it; the second time there is nobody to ask. */
function failingAfterTheChange() {
  let calls = 0;
  return proofing.start({
    async endSessions() {
      calls += 1;
      if (calls > 1) throw new Error('the state store is gone');
    },
  });
}

describe('a new password that holds, and a page that did not say so', () => {
  async function failed(): Promise<{ person: Person; device: Device }> {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
    await expect(device.act(choose(NEW), failingAfterTheChange())).rejects.toThrow('the state store is gone');
    expect(await recovering.passwordOf(person), 'control: it holds').toBe(`hash of ${NEW}`);
    return { person, device };
  }

  test('typed again it is done: sessions and remembered browsers are gone, and it is the same password', async () => {
    const { person, device } = await failed();
    const citizenId = person.id;
    const cookie = await proofing.devices.remember({ citizenId, userAgent: 'a thief’s', network: 'elsewhere' });
    expect(await proofing.devices.isRemembered({ citizenId, cookie }), 'control').toBe(true);
    expect(await device.act(choose(NEW))).toMatchObject(done);
    expect(proofing.endedSessions).toContain(person.id);
    expect(await proofing.devices.isRemembered({ citizenId, cookie })).toBe(false);
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
    expect(proofing.heard.map(({ name }) => name)).toContain('recovery.completed');
  });

  test('another one is not taken, and is asked about once: nobody learns a password by trying here', async () => {
    const { person, device } = await failed();
    expect(await device.act(choose('another one altogether'))).toMatchObject(inVain('already-changed'));
    expect(await device.act(choose(NEW))).toMatchObject({ outcome: 'not-now' });
    expect(await recovering.passwordOf(person)).toBe(`hash of ${NEW}`);
  });

  test('what its owner did meanwhile stays', async () => {
    const changed = await failed();
    await proofing.citizens.setPasswordHash(changed.person.id, 'hash of the owner’s own');
    expect(await changed.device.act(choose(NEW))).toMatchObject(inVain('already-changed'));
    expect(await recovering.passwordOf(changed.person)).toBe('hash of the owner’s own');

    const reported = await failed();
    await proofing.citizens.setState(reported.person.id, 'must-change-password', 'reported-by-citizen');
    await reported.device.act(choose(NEW));
    expect(await proofing.citizens.findById(reported.person.id)).toMatchObject({ state: 'must-change-password' });

    const locked = await failed();
    await proofing.citizens.setState(locked.person.id, 'locked', 'asked-for');
    expect(await locked.device.act(choose(NEW))).toMatchObject(inVain('not-possible'));
  });
});

describe('a new number that is in the account, and a page that did not say so', () => {
  async function failed() {
    const person = await recovering.citizen();
    const second = await recovering.recoveryCodeOf(person.id);
    const device = await recovering.atDevice('lost-phone');
    const known = { nationalCode: person.nationalCode, password: 'the old one', device: undefined };
    await device.act({ step: 'known-password', ...known, hasSolvedPuzzle: false });
    await device.act({ step: 'recovery-code', code: second });
    await device.act({ step: 'phone', phone: person.newPhone });
    const typed = { step: 'phone-code', code: codeIn(proofing, person.newPhone) } as const;
    await expect(device.act(typed, failingAfterTheChange())).rejects.toThrow('the state store is gone');
    const phone = async () => (await proofing.citizens.findById(person.id))?.phone;
    expect(await phone(), 'control: it is').toBe(person.newPhone);
    return { person, device, typed, phone };
  }

  test('its code typed again leads to the end, though it is used up', async () => {
    const { person, device, typed, phone } = await failed();
    expect(await device.act(typed)).toMatchObject(done);
    expect(proofing.endedSessions).toContain(person.id);
    expect(await phone()).toBe(person.newPhone);
  });

  test('another number needs a code of its own, and is not taken any more', async () => {
    const { device, person, typed, phone } = await failed();
    await device.act({ step: 'phone', phone: person.phone });
    expect(await device.act(typed)).toMatchObject({ reason: 'wrong-code' });
    expect(await device.act({ step: 'phone-code', code: codeIn(proofing, person.phone) })).toMatchObject(
      inVain('already-changed'),
    );
    expect(await phone()).toBe(person.newPhone);
  });

  test('what its owner did meanwhile stays', async () => {
    const { device, person, typed, phone } = await failed();
    await proofing.citizens.changePhone(person.id, { phone: person.phone, identityLevel: 'self-asserted' });
    expect(await device.act(typed)).toMatchObject(inVain('already-changed'));
    expect(await phone()).toBe(person.phone);
  });
});
