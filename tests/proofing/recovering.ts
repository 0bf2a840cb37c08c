import { readMobileNumber } from '#citizens/mobile-number.ts';
import type { RecoveryKind, RecoveryStep } from '#proofing/recovery.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import { codeIn } from '#tests/citizens/open-factors.ts';
import type { OpenProofing } from './open-proofing.ts';

export const BIRTH_DATE = '2003-06-25';
export const NEW = 'سه گربه روی بام خانه';

export type Recovering = ReturnType<typeof createRecovering>;
export type Person = Awaited<ReturnType<Recovering['citizen']>>;
export type Device = Awaited<ReturnType<Recovering['atDevice']>>;

let serial = 820_000_000;
let devices = 0;

/** People who lost something, and the devices they come back from. */
export function createRecovering(proofing: OpenProofing) {
  return { citizen, newcomer, atDevice, recoveryCodeOf, loseEverything, passwordOf };

  /** A citizen with a password and two numbers in the register, the first of them in the account. */
  async function citizen() {
    serial += 10;
    const nationalCode = makeNationalCode(serial);
    const phones = [0, 1].map((index) => `+989${serial + index}`);
    const phone = readMobileNumber(phones[0] ?? '');
    if (phone === undefined) throw new Error('the test needs a number');
    proofing.people.push({
      nationalCode,
      birthDate: BIRTH_DATE,
      givenName: 'نام',
      familyName: 'خانوادگی',
      phones,
    });
    const { id } = await proofing.newCitizen({ nationalCode, phone, birthDate: BIRTH_DATE });
    await proofing.citizens.setPasswordHash(id, 'hash of the old one');
    return { id, nationalCode, phone, newPhone: phones[1] ?? '' };
  }

  async function atDevice(kind: RecoveryKind, machine = proofing.start()) {
    devices += 1;
    const secret = `device ${devices}`;
    const from = { network: `network ${devices}`, language: 'fa' as const };
    await machine.recoveries.begin({ deviceSecret: secret, kind, from });
    return {
      from,
      async act(step: RecoveryStep, { recoveries } = machine) {
        const outcome = await recoveries.act(secret, step, from);
        await recoveries.settled();
        return outcome;
      },
      find: ({ recoveries } = machine) => recoveries.find(secret),
      passkeyOptions: ({ recoveries } = machine) => recoveries.passkeyOptions(secret),
      identify: ({ nationalCode }: Pick<Person, 'nationalCode'>, birthDate = BIRTH_DATE) => ({
        step: 'identity' as const,
        nationalCode,
        birthDate,
      }),
    };
  }

  async function recoveryCodeOf(citizenId: string): Promise<string> {
    const proof = await proofing.proofs.issue({ citizenId, purpose: 'issue-recovery-codes', binding: 'x' });
    return (await proofing.recoveryCodes.issue({ citizenId, proof, binding: 'x' }))?.[0] ?? '';
  }

  /** To the waiting period; answers the stop code of the message to the old number. */
  async function loseEverything(person: Person) {
    const device = await atDevice('lost-everything');
    await device.act(device.identify(person));
    await device.act({ step: 'phone', phone: person.newPhone });
    const waiting = await device.act({ step: 'phone-code', code: codeIn(proofing, person.newPhone) });
    await proofing.deliver();
    const text = proofing.sms.findLast(({ to }) => to === person.phone)?.text ?? '';
    return { device, waiting, stopCode: /code=(\d+)/.exec(text)?.[1] ?? '' };
  }

  function passwordOf({ id }: Person) {
    return proofing.citizens.passwordHashOf(id);
  }

  /** Somebody the registers know, and we do not. */
  function newcomer() {
    serial += 10;
    const known = { nationalCode: makeNationalCode(serial), birthDate: BIRTH_DATE, phones: [`+989${serial}`] };
    proofing.people.push({ ...known, givenName: 'نام', familyName: 'خانوادگی' });
    return known;
  }
}
