import { readMobileNumber } from '#citizens/mobile-number.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { rowId } from '#platform/ids.ts';
import { makeNationalCode } from '#tests/citizens/make-national-code.ts';
import type { OpenProofing, Registered } from './open-proofing.ts';

/**
 * Those who live in a run of the model. Everybody knows everybody's national code and birth date, as neighbours and
 * thieves do; what tells them apart is the numbers whose messages they can read, and what they remember.
 */
export const NAMES = ['parisa', 'sina', 'maryam', 'thief', 'cyrus', 'zari', 'deceased'] as const;
export type Name = (typeof NAMES)[number];

/** Who sits at a device. sina reads his mother's messages. */
export const ACTORS = ['parisa', 'sina', 'thief', 'cyrus', 'zari'] as const;
export type Actor = (typeof ACTORS)[number];

export type ModelPerson = Registered & { name: Name };
export type ModelPeople = {
  all: Readonly<Record<Name, ModelPerson>>;
  /** Every number there is, in a fixed order. */
  phones: readonly string[];
  reads: Readonly<Record<Actor, readonly string[]>>;
  /** What the actor would type as this person's password. */
  password(actor: Actor, of: Name): string;
  recoveryCodes: Readonly<Partial<Record<Actor, string[]>>>;
};

let serial = 300_000_000;

/** New people for each run, in the register of the outside world; cyrus has an account, zari had one. */
export async function settle(proofing: OpenProofing): Promise<ModelPeople> {
  const person = (name: Name, numbers: number): ModelPerson => {
    serial += 10;
    return {
      name,
      nationalCode: makeNationalCode(serial),
      birthDate: '2003-06-25',
      givenName: name,
      familyName: 'Model',
      isDeceased: name === 'deceased',
      phones: Array.from({ length: numbers }, (_, index) => `+989${serial + index}`),
    };
  };
  const all = {
    parisa: person('parisa', 1),
    sina: person('sina', 0),
    maryam: person('maryam', 1),
    thief: person('thief', 1),
    cyrus: person('cyrus', 2),
    zari: person('zari', 1),
    deceased: person('deceased', 1),
  };
  proofing.people.push(...Object.values(all));
  await account(proofing, all.cyrus);
  const zari = await account(proofing, all.zari);
  await proofing.citizens.setState(zari, 'closed', 'asked-for');

  const cyrus = await account(proofing, all.cyrus);
  const proof = await proofing.proofs.issue({ citizenId: cyrus, purpose: 'issue-recovery-codes', binding: 'model' });
  const codes = await proofing.recoveryCodes.issue({ citizenId: cyrus, proof, binding: 'model' });
  return {
    all,
    phones: Object.values(all).flatMap(({ phones }) => phones),
    reads: {
      parisa: all.parisa.phones,
      sina: all.maryam.phones,
      thief: all.thief.phones,
      cyrus: all.cyrus.phones,
      zari: all.zari.phones,
    },
    password: (actor, of) => (actor === of ? `chosen by ${actor}` : 'a guess at a password'),
    recoveryCodes: { cyrus: codes ?? [] },
  };
}

/** The account of before, with the first of the person's numbers; answers its id. */
async function account({ citizens }: OpenProofing, person: ModelPerson): Promise<string> {
  const nationalCode = readNationalCode(person.nationalCode);
  const phone = readMobileNumber(person.phones[0] ?? '');
  if (nationalCode === undefined || phone === undefined) throw new Error('a person of the model is not well-formed');
  const known = await citizens.findByNationalCode(nationalCode);
  if (known !== undefined) return known.id;
  const { birthDate, givenName, familyName } = person;
  const id = rowId();
  const identityLevel = 'registry-and-phone-matched';
  await citizens.save({ id, state: 'active', nationalCode, phone, birthDate, givenName, familyName, identityLevel });
  await citizens.setPasswordHash(id, `hash of chosen by ${person.name}`);
  return id;
}
