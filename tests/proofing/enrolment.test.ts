import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import type { EnrolmentStep } from '#proofing/enrolment.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing, type Registered } from './open-proofing.ts';

let proofing: OpenProofing;
let serial = 810_000_000;
let devices = 0;

beforeAll(async () => {
  proofing = await openProofing();
}, 2 * MINUTE);
afterAll(() => proofing.close());

const limits = { timeout: MINUTE };

/** Somebody the registers know, with so many numbers. */
function somebody({ numbers = 1, isDeceased = false } = {}): Registered {
  serial += 10;
  const phones = Array.from({ length: numbers }, (_, index) => `+989${serial + index}`);
  const person = {
    nationalCode: makeNationalCode(serial),
    birthDate: '2003-06-25',
    givenName: 'نام',
    familyName: 'خانوادگی',
  };
  const known = { ...person, phones, isDeceased };
  proofing.people.push(known);
  return known;
}

/** A browser of its own; `machine` may be replaced, as by a restart. */
async function atDevice(machine = proofing.start()) {
  devices += 1;
  const secret = `device ${devices}`;
  const from = { network: `network ${devices}`, language: 'fa' as const };
  await machine.enrolments.begin({ deviceSecret: secret, from });
  return {
    act: (step: EnrolmentStep, { enrolments } = machine) => enrolments.act(secret, step, from),
    find: ({ enrolments } = machine) => enrolments.find(secret),
    async identify({ nationalCode, birthDate }: Registered) {
      return this.act({ step: 'identity', nationalCode, birthDate });
    },
    /** To the page of the password, by the person's own number or by that of `owner`. */
    async prove(person: Registered, owner: Registered = person) {
      const phone = owner.phones[0] ?? '';
      await this.identify(person);
      await this.act({ step: 'phone', phone });
      if (owner !== person) await this.act({ step: 'phone-owner', ownerNationalCode: owner.nationalCode });
      return this.act({ step: 'phone-code', code: codeIn(proofing, phone) });
    },
    async enrol(person: Registered, owner: Registered = person) {
      await this.prove(person, owner);
      return this.act({ step: 'password', password: 'سه گربه روی بام خانه' });
    },
  };
}

async function citizenOf({ nationalCode }: Registered) {
  const code = readNationalCode(nationalCode);
  return code && proofing.citizens.findByNationalCode(code);
}

const at = (place: string) => expect.objectContaining({ enrolment: expect.objectContaining({ at: place }) });

test('a step where it is not asked for does nothing, and a password is not chosen twice', limits, async () => {
  const [person, device] = [somebody(), await atDevice()];
  const other = { step: 'password', password: 'سه اسب در دشت دور' } as const;
  expect(await device.act(other)).toMatchObject({ outcome: 'not-now' });
  expect(await device.enrol(person)).toEqual(at('passkey'));
  expect(await device.act(other)).toMatchObject({ outcome: 'not-now' });
  const { id = '' } = (await citizenOf(person)) ?? {};
  expect(await proofing.citizens.passwordHashOf(id)).toBe('hash of سه گربه روی بام خانه');
});

describe('whose number it is', () => {
  test('one’s own number reaches the higher level, a consenting owner’s the lower one', limits, async () => {
    const [parent, child] = [somebody(), somebody({ numbers: 0 })];
    await (await atDevice()).enrol(parent);
    await (await atDevice()).enrol(child, parent);
    expect(await citizenOf(parent)).toMatchObject({ identityLevel: 'registry-and-phone-matched' });
    expect(await citizenOf(child)).toMatchObject({ identityLevel: 'registry-matched', phone: parent.phones[0] });
  });

  test('the owner that is named must own it, and cannot be the person themselves', limits, async () => {
    const [child, parent, stranger] = [somebody(), somebody(), somebody()];
    const device = await atDevice();
    await device.identify(child);
    expect(await device.act({ step: 'phone', phone: parent.phones[0] ?? '' })).toEqual(at('phone-owner'));
    const name = (ownerNationalCode: string) => device.act({ step: 'phone-owner', ownerNationalCode });
    expect(await name(child.nationalCode)).toMatchObject({ reason: 'your-own-code' });
    expect(await name(stranger.nationalCode)).toMatchObject({ reason: 'owner-no-match' });
    expect(proofing.sms.filter(({ to }) => to === parent.phones[0])).toEqual([]);
  });

  test('one number enrols six people and no more, in the words of every other end', limits, async () => {
    const parent = somebody();
    const phone = readMobileNumber(parent.phones[0] ?? '');
    if (phone === undefined) throw new Error('the test needs a number');
    for (const _ of Array.from({ length: 5 })) await proofing.newCitizen({ phone });
    const sixth = await (await atDevice()).enrol(somebody({ numbers: 0 }), parent);
    expect(sixth).toEqual(at('passkey'));
    const seventh = await (await atDevice()).prove(somebody({ numbers: 0 }), parent);
    expect(seventh).toMatchObject({ enrolment: { at: 'ended', endedBy: 'not-possible' } });
  });
});

describe('who has an account already', () => {
  test(
    'learns it by a number of their own; with a number of others nobody learns it; the account’s number is told',
    limits,
    async () => {
      const [person, stranger] = [somebody(), somebody()];
      await (await atDevice()).enrol(person);
      const { id } = (await citizenOf(person)) ?? {};
      expect(await (await atDevice()).prove(person, stranger)).toMatchObject({
        enrolment: { endedBy: 'not-possible' },
      });
      proofing.clock.advance(DAY);
      expect(await (await atDevice()).prove(person)).toMatchObject({ enrolment: { endedBy: 'account-exists' } });
      await proofing.deliver();
      const told = proofing.sms.filter(
        ({ to, text }) => to === person.phones[0] && text.includes('پیش‌تر ثبت‌نام کرده‌اید'),
      );
      expect(told).toHaveLength(2);
      expect(await citizenOf(person)).toMatchObject({ id, identityLevel: 'registry-and-phone-matched' });
    },
  );

  test(
    'a closed account comes back with its id, and without anything that let somebody in before',
    limits,
    async () => {
      const person = somebody();
      await (await atDevice()).enrol(person);
      const { id = '' } = (await citizenOf(person)) ?? {};
      const proof = await proofing.proofs.issue({ citizenId: id, purpose: 'issue-recovery-codes', binding: 'x' });
      const [oldCode = ''] = (await proofing.recoveryCodes.issue({ citizenId: id, proof, binding: 'x' })) ?? [];
      await proofing.citizens.setState(id, 'closed', 'asked-for');
      proofing.clock.advance(DAY);
      await (await atDevice()).enrol(person);
      expect(await citizenOf(person)).toMatchObject({ id, state: 'active' });
      expect(await proofing.recoveryCodes.use({ citizenId: id, code: oldCode })).toBe('wrong');
    },
  );

  test(
    'of two enrolments of one person, both proven, one makes the account and the other meets it',
    limits,
    async () => {
      const person = somebody({ numbers: 2 });
      const [one, two] = [await atDevice(), await atDevice()];
      expect(await one.prove(person)).toEqual(at('password'));
      expect(await two.prove({ ...person, phones: person.phones.slice(1) })).toEqual(at('password'));
      const password = { step: 'password', password: 'سه گربه روی بام خانه' } as const;
      const outcomes = await Promise.all([one.act(password), two.act(password)]);
      expect(outcomes.filter(({ outcome }) => outcome === 'moved' || outcome === 'refused')).toHaveLength(2);
      expect(outcomes.filter((outcome) => outcome.enrolment?.at === 'passkey')).toHaveLength(1);
    },
  );
});

describe('nothing is lost', () => {
  test('an instance that dies between the citizen and the password: the next one goes on', limits, async () => {
    const person = somebody();
    const dying = proofing.start({
      needs: (needs) => ({ ...needs, setPassword: () => Promise.reject(new Error('the process ended here')) }),
    });
    const device = await atDevice();
    await device.prove(person);
    const password = { step: 'password', password: 'سه گربه روی بام خانه' } as const;
    await expect(device.act(password, dying)).rejects.toThrow('ended here');
    const { id } = (await citizenOf(person)) ?? {};
    expect(await device.act(password, proofing.start())).toEqual(at('passkey'));
    expect(await citizenOf(person)).toMatchObject({ id });
  });

  test(
    'an enrolment can be gone on with for a day, and once it can add credentials for half an hour',
    limits,
    async () => {
      const person = somebody();
      const device = await atDevice();
      await device.identify(person);
      proofing.clock.advance(DAY - 1);
      expect(await device.find()).toMatchObject({ at: 'phone' });
      proofing.clock.advance(1);
      expect(await device.find()).toBeUndefined();
      expect(await device.act({ step: 'phone', phone: person.phones[0] ?? '' })).toEqual({ outcome: 'not-now' });

      const again = await atDevice();
      await again.enrol(person);
      proofing.clock.advance(HOUR / 2);
      expect(await again.act({ step: 'passkey-skipped' })).toEqual({ outcome: 'not-now' });
    },
  );

  test(
    'while the registry is down people wait, are told by SMS, and go on where the answers lead',
    limits,
    async () => {
      const [person, mistaken] = [somebody(), somebody()];
      const machine = proofing.start();
      const [one, two] = [await atDevice(machine), await atDevice(machine)];
      proofing.isDown['civil-registry'] = true;
      expect(await one.identify(person)).toMatchObject({
        outcome: 'waiting',
        enrolment: { waitingFor: 'civil-registry' },
      });
      await two.identify({ ...mistaken, birthDate: '2003-06-26' });
      for (const [device, { phones }] of [[one, person] as const, [two, mistaken] as const])
        expect(await device.act({ step: 'phone', phone: phones[0] ?? '' })).toMatchObject({ outcome: 'waiting' });
      proofing.clock.advance(MINUTE);
      expect(await machine.waiting.askDue(10)).toEqual({ answered: 0, unanswered: 2 });
      proofing.isDown['civil-registry'] = false;
      proofing.clock.advance(10 * MINUTE);
      expect(await proofing.start().waiting.askDue(10)).toEqual({ answered: 2, unanswered: 0 });
      await proofing.deliver();
      const words = [person, mistaken].map(({ phones }) =>
        proofing.sms.filter(({ to }) => to === phones[0]).map(({ text }) => text),
      );
      expect(words[0]).toHaveLength(1);
      expect(words[1]).toEqual(words[0]);
      expect(await two.find()).toMatchObject({ at: 'identity', refusedMeanwhile: 'no-match' });
      expect(await one.find()).toMatchObject({ at: 'phone-code', codeIsWith: 'citizen', isCodeSent: false });
      await one.act({ step: 'send-code-again' });
      expect(await one.act({ step: 'phone-code', code: codeIn(proofing, person.phones[0] ?? '') })).toEqual(
        at('password'),
      );
    },
  );

  test('while text messages cannot be sent the number is kept, and the code can be asked for', limits, async () => {
    const person = somebody();
    const device = await atDevice();
    await device.identify(person);
    proofing.outage.answer = { outcome: 'unavailable', reason: 'circuit-open' };
    const refused = await device.act({ step: 'phone', phone: person.phones[0] ?? '' });
    expect(refused).toMatchObject({ reason: 'unavailable', enrolment: { at: 'phone-code', isCodeSent: false } });
    proofing.outage.answer = undefined;
    expect(await device.act({ step: 'send-code-again' })).toMatchObject({
      outcome: 'moved',
      enrolment: { isCodeSent: true },
    });
  });
});
