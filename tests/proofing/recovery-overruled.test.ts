import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { MINUTE } from '#platform/durations.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import { type OpenProofing, openProofing } from './open-proofing.ts';
import { createRecovering, NEW, type Person, type Recovering } from './recovering.ts';

/**
 * Somebody read one code off a phone that lay there, or knows a password and found one recovery code, and keeps the
 * page open. What the owner does about it after that must not be overruled by what was proven before.
 */
let proofing: OpenProofing;
let recovering: Recovering;
beforeAll(async () => {
  proofing = await openProofing();
  recovering = createRecovering(proofing);
}, 2 * MINUTE);
afterAll(() => proofing.close());

const ownersActs: Record<string, (person: Person) => Promise<void>> = {
  'chose another password': ({ id }) => proofing.citizens.setPasswordHash(id, 'hash of the owner’s own'),
  'took another number': async ({ id, newPhone }) => {
    const phone = readMobileNumber(newPhone);
    if (phone === undefined) throw new Error('the test needs a number');
    await proofing.citizens.changePhone(id, { phone, identityLevel: 'registry-and-phone-matched' });
  },
  'said that it was not them': ({ id }) =>
    proofing.citizens.setState(id, 'must-change-password', 'reported-by-citizen'),
};
const nothing: typeof ownersActs = { 'did nothing (control)': async () => {} };
const endedInVain = { recovery: { at: 'ended', endedBy: 'not-possible' } };

let enrolments = 0;
/** A new account, and the device on which only the passkey and the recovery codes are left to do. */
async function enrolled() {
  enrolments += 1;
  const [deviceSecret, from] = [`enrolling ${enrolments}`, { network: `hall ${enrolments}`, language: 'fa' as const }];
  const machine = proofing.start().enrolments;
  const { nationalCode, birthDate, phones } = recovering.newcomer();
  await machine.begin({ deviceSecret, from });
  await machine.act(deviceSecret, { step: 'identity', nationalCode, birthDate }, from);
  await machine.act(deviceSecret, { step: 'phone', phone: phones[0] ?? '' }, from);
  await machine.act(deviceSecret, { step: 'phone-code', code: codeIn(proofing, phones[0] ?? '') }, from);
  const outcome = await machine.act(deviceSecret, { step: 'password', password: NEW }, from);
  if (outcome.outcome !== 'moved') throw new Error(outcome.outcome);
  const person = { id: outcome.enrolment.citizenId ?? '', newPhone: `+98935${String(enrolments).padStart(7, '0')}` };
  return { machine, deviceSecret, from, person };
}

describe.each<[string, (person: Person) => Promise<void>]>(Object.entries({ ...ownersActs, ...nothing }))(
  'once its owner %s',
  (name, act) => {
    const isControl = name in nothing;

    test(`a code from before sets ${isControl ? 'a' : 'no'} password`, async () => {
      const person = await recovering.citizen();
      const device = await recovering.atDevice('forgotten-password');
      await device.act(device.identify(person));
      await device.act({ step: 'code', code: codeIn(proofing, person.phone) });
      await act(person);
      const before = await recovering.passwordOf(person);
      const answer = await device.act({ step: 'password', password: NEW });
      expect(answer).toMatchObject(isControl ? { recovery: { at: 'done' } } : endedInVain);
      expect(await recovering.passwordOf(person)).toBe(isControl ? `hash of ${NEW}` : before);
    });

    test(`an enrolment that was left open adds ${isControl ? 'its' : 'no'} credential to the account`, async () => {
      const { machine, deviceSecret, from, person } = await enrolled();
      await act({ ...person, nationalCode: '', phone: '' } as Person);
      expect((await machine.passkeyOptions(deviceSecret)) !== undefined).toBe(isControl);
      await machine.act(deviceSecret, { step: 'passkey-skipped' }, from);
      expect((await machine.issueRecoveryCodes(deviceSecret)) !== undefined).toBe(isControl);
      const end = await machine.act(deviceSecret, { step: 'recovery-codes-kept' }, from);
      expect('signIn' in end).toBe(isControl);
    });

    test(`a password and a recovery code from before change ${isControl ? 'the' : 'no'} number`, async () => {
      const person = await recovering.citizen();
      const code = await recovering.recoveryCodeOf(person.id);
      const device = await recovering.atDevice('lost-phone');
      const { nationalCode } = person;
      const known = { nationalCode, password: 'the old one', device: undefined, hasSolvedPuzzle: false };
      await device.act({ step: 'known-password', ...known });
      await device.act({ step: 'recovery-code', code });
      await device.act({ step: 'phone', phone: person.newPhone });
      await act(person);
      const before = (await proofing.citizens.findById(person.id))?.phone;
      const answer = await device.act({ step: 'phone-code', code: codeIn(proofing, person.newPhone) });
      expect(answer).toMatchObject(isControl ? { recovery: { at: 'done' } } : endedInVain);
      expect((await proofing.citizens.findById(person.id))?.phone).toBe(isControl ? person.newPhone : before);
    });
  },
);
