import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { MINUTE } from '#platform/durations.ts';
import type { RecoveryKind, RecoveryOutcome, RecoveryStep } from '#proofing/recovery.ts';
import { codeIn, ISSUER } from '#tests/citizens/open-factors.ts';
import { createSoftwareAuthenticator } from '#tests/support/software-authenticator.ts';
import { type OpenProofing, openProofing, type RecoveriesStore } from './open-proofing.ts';
import { BIRTH_DATE, createRecovering, type Person, type Recovering } from './recovering.ts';

let proofing: OpenProofing;
let recovering: Recovering;
beforeAll(async () => {
  proofing = await openProofing();
  recovering = createRecovering(proofing);
}, 2 * MINUTE);
afterAll(() => proofing.close());

const limits = { timeout: MINUTE };
const reasonOf = (outcome: RecoveryOutcome) => (outcome.outcome === 'refused' ? outcome.reason : outcome.outcome);

/** Seven tries, one after the other: the first six are five free ones and the one before the first wait. */
async function seven(attempt: (index: number) => Promise<RecoveryOutcome>) {
  const reasons: string[] = [];
  for (let index = 0; index < 7; index += 1) reasons.push(reasonOf(await attempt(index)));
  return reasons;
}
const sixThenWait = (reason: string) => [...Array.from({ length: 6 }, () => reason), 'slow-down'];

/** Past the password of an account, to where something is asked for that is not the phone. */
async function beforeSecondProof(person: Person, machine = proofing.start()) {
  const device = await recovering.atDevice('lost-phone', machine);
  const typed = { nationalCode: person.nationalCode, password: 'the old one', device: undefined };
  const there = await device.act({ step: 'known-password', ...typed, hasSolvedPuzzle: true });
  expect(there).toMatchObject({ recovery: { at: 'second-proof' } });
  return device;
}

describe('guessing in a recovery', () => {
  test('whose birth date it is, from one place and ever new browsers, waits after six tries', limits, async () => {
    const person = await recovering.citizen();
    const { recoveries } = proofing.start();
    const from = { network: 'the place of a guesser', language: 'fa' as const };
    const attempt = async (kind: RecoveryKind, index: number) => {
      const deviceSecret = `guesser ${kind} ${index}`;
      await recoveries.begin({ deviceSecret, kind, from });
      const birthDate = `2001-01-0${index + 1}`;
      const step = { step: 'identity', nationalCode: person.nationalCode, birthDate } as const;
      const outcome = await recoveries.act(deviceSecret, step, from);
      await recoveries.settled();
      return outcome;
    };
    expect(await seven((index) => attempt('forgotten-password', index))).toEqual(sixThenWait('moved'));
    expect(proofing.sms.filter(({ to }) => to === person.phone)).toEqual([]);
    const other = await recovering.atDevice('forgotten-password');
    expect(await other.act(other.identify(person)), 'control: the owner elsewhere').toMatchObject({
      recovery: { at: 'code' },
    });
  });

  test('what the registry says of a birth date, and whose number it is, waits after six tries', limits, async () => {
    const [person, stranger] = [await recovering.citizen(), await recovering.citizen()];
    const guesser = await recovering.atDevice('lost-everything');
    expect(await seven((index) => guesser.act(guesser.identify(person, `2001-01-0${index + 1}`)))).toEqual(
      sixThenWait('no-match'),
    );
    expect(await guesser.act(guesser.identify(person)), 'the right one, too').toMatchObject({ reason: 'slow-down' });

    const device = await recovering.atDevice('lost-everything');
    await device.act(device.identify(person));
    const phone = { step: 'phone', phone: stranger.phone } as const;
    expect(await seven(() => device.act(phone))).toEqual(sixThenWait('somebody-else'));
  });

  test('a recovery code waits after six tries, and then the right one does, too', limits, async () => {
    const person = await recovering.citizen();
    const right = await recovering.recoveryCodeOf(person.id);
    const device = await beforeSecondProof(person);
    const attempt = (code: string) => device.act({ step: 'recovery-code', code });
    expect(await seven(() => attempt('12345 67890 12345 67890'))).toEqual(sixThenWait('wrong-code'));
    expect(await attempt(right)).toMatchObject({ reason: 'slow-down' });
    expect(await proofing.recoveryCodes.use({ citizenId: person.id, code: right }), 'control: it was right').toBe(
      'right',
    );
  });

  test('asking for the code again at once sends none', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    expect(await device.act({ step: 'send-code-again' })).toMatchObject({ reason: 'slow-down' });
    expect(proofing.sms.filter(({ to }) => to === person.phone)).toHaveLength(1);
  });
});

describe('what belongs to something else', () => {
  test('a passkey of somebody else is no second proof; control: one’s own is', limits, async () => {
    const [owner, thief] = [await recovering.citizen(), await recovering.citizen()];
    const authenticators = new Map<Person, ReturnType<typeof createSoftwareAuthenticator>>();
    for (const person of [owner, thief]) {
      const authenticator = createSoftwareAuthenticator();
      const [citizenId, binding] = [person.id, 'of the test'];
      const citizen = { id: citizenId, givenName: 'نام', familyName: 'خانوادگی' };
      const options = await proofing.passkeys.registrationOptions({ citizen, binding });
      const response = authenticator.create(options, { origin: ISSUER });
      const proof = await proofing.proofs.issue({ citizenId, purpose: 'add-passkey', binding });
      await proofing.passkeys.register({ citizenId, binding, response, name: '', proof });
      authenticators.set(person, authenticator);
    }
    const machine = proofing.start();
    const device = await beforeSecondProof(owner, machine);
    const answerOf = async (person: Person): Promise<RecoveryStep> => {
      const options = await device.passkeyOptions();
      const authenticator = authenticators.get(person);
      if (options === undefined || authenticator === undefined) throw new Error('there is no passkey to ask for');
      return { step: 'passkey', response: authenticator.get({ challenge: '', ...options }, { origin: ISSUER }) };
    };
    expect(await device.act(await answerOf(thief))).toMatchObject({ reason: 'passkey-refused' });
    expect(await device.act(await answerOf(owner))).toMatchObject({ recovery: { at: 'phone' } });
  });

  test('a code for the number before is none for the number now', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('lost-everything');
    await device.act(device.identify(person));
    await device.act({ step: 'phone', phone: person.newPhone });
    const before = codeIn(proofing, person.newPhone);
    await device.act({ step: 'phone', phone: person.phone });
    expect(await device.act({ step: 'phone-code', code: before })).toMatchObject({ reason: 'wrong-code' });
    const now = codeIn(proofing, person.phone);
    expect(await device.act({ step: 'phone-code', code: now })).toMatchObject({ recovery: { at: 'waiting-period' } });
  });

  test('a code that went to a number which is no longer the account’s proves nothing', limits, async () => {
    const person = await recovering.citizen();
    const device = await recovering.atDevice('forgotten-password');
    await device.act(device.identify(person));
    const phone = readMobileNumber(person.newPhone);
    if (phone === undefined) throw new Error('the test needs a number');
    await proofing.citizens.changePhone(person.id, { phone, identityLevel: 'registry-and-phone-matched' });
    expect(await device.act({ step: 'code', code: codeIn(proofing, person.phone) })).toMatchObject({
      reason: 'wrong-code',
    });
  });
});

test('of a recovery that is over nothing of the person is kept', limits, async () => {
  const person = await recovering.citizen();
  let store: RecoveriesStore | undefined;
  const machine = proofing.start({ recoveriesStore: (opened) => (store = opened) });
  const deviceSecret = 'somebody who gives up';
  const from = { network: 'home', language: 'fa' as const };
  await machine.recoveries.begin({ deviceSecret, kind: 'lost-everything', from });
  const identity = { step: 'identity', nationalCode: person.nationalCode, birthDate: BIRTH_DATE } as const;
  await machine.recoveries.act(deviceSecret, identity, from);
  expect((await store?.find(deviceSecret))?.draft, 'control: until then it is').toMatchObject({
    person: { nationalCode: person.nationalCode },
  });
  await machine.recoveries.act(deviceSecret, { step: 'cancel' }, from);
  expect((await store?.find(deviceSecret))?.draft).toEqual({
    ...{ kind: 'lost-everything', at: 'ended', endedBy: 'cancelled' },
  });
});
