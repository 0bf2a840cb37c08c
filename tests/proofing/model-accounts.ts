import { sql } from 'kysely';
import type { Citizen } from '#citizens/citizen.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { HOUR } from '#platform/durations.ts';
import type { Actor, ModelPeople, ModelPerson, Name } from './model-people.ts';
import { NAMES } from './model-people.ts';
import type { OpenProofing } from './open-proofing.ts';

/** How somebody's account stands, as far as it matters who changed it. */
type Standing = { citizen: Citizen; password: string | undefined } | undefined;
type Standings = Readonly<Record<Name, Standing>>;

/** Who acted when something changed, and by which kind of step. */
export type Cause = {
  actor: Actor;
  device: string;
  kind: 'enrolment' | 'recovery';
  step: string;
};

/** A waiting period that began, by whom, and whether its owner stopped it. */
export type Waiting = { name: Name; device: string; since: number; isStopped: boolean };

/** Moves with every change of any account. */
export async function changesSoFar({ database }: OpenProofing): Promise<string> {
  const { rows } = await sql<{ mark: string }>`
    select concat(max(changed_at), count(*), (select max(changed_at) from citizen_passwords)) as mark from citizens
  `.execute(database);
  return rows[0]?.mark ?? '';
}

export async function standingsOf({ citizens }: OpenProofing, people: ModelPeople): Promise<Standings> {
  const all = await Promise.all(
    NAMES.map(async (name): Promise<[Name, Standing]> => {
      const nationalCode = readNationalCode(people.all[name].nationalCode);
      const citizen = nationalCode && (await citizens.findByNationalCode(nationalCode));
      return [name, citizen && { citizen, password: await citizens.passwordHashOf(citizen.id) }];
    }),
  );
  return Object.fromEntries(all) as Record<Name, Standing>;
}

type Facts = { people: ModelPeople; causes: readonly Cause[]; waitings: readonly Waiting[]; now: number };

/** What is wrong with a change, in words; nothing when somebody who acted was allowed to make it. */
export function complaintsAbout(before: Standings, after: Standings, facts: Facts): string[] {
  return NAMES.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const unverified =
      is === undefined ? [`${name} is gone`] : wronglyVerified(facts.people.all[name], is.citizen, facts);
    const reasons = facts.causes.map((cause) => whyNot({ name, was, is, cause, facts }));
    // Of two who acted at once, one may have been allowed.
    const refused = reasons.includes(undefined) ? [] : reasons.map((why) => `${name}: ${why ?? ''}`);
    return [
      ...unverified,
      ...(refused.length === 0 && facts.causes.length > 0 ? [] : [refused[0] ?? `${name} changed by nobody`]),
    ];
  });
}

/** A verified field says what the registers say, whoever asked for it. */
function wronglyVerified(person: ModelPerson, citizen: Citizen, { people }: Facts): string[] {
  const { identityLevel, phone } = citizen;
  const isPerson =
    citizen.birthDate === person.birthDate &&
    citizen.givenName === person.givenName &&
    citizen.familyName === person.familyName &&
    !person.isDeceased;
  const isOwnNumber = person.phones.some((number) => number === phone);
  const isSomebodys = people.phones.some((number) => number === phone);
  return [
    ...(isPerson ? [] : [`${person.name} is verified as somebody else`]),
    ...(identityLevel === 'registry-and-phone-matched' && !isOwnNumber
      ? [`${person.name} has a number of others as theirs`]
      : []),
    ...(isSomebodys ? [] : [`${person.name} has a number that is nobody's`]),
  ];
}

type Change = { name: Name; was: Standing; is: Standing; cause: Cause; facts: Facts };

function whyNot({ name, was, is, cause, facts }: Change): string | undefined {
  const { people, waitings, now } = facts;
  const reads = (phone: string | undefined) => people.reads[cause.actor].some((number) => number === phone);
  const phone = is?.citizen.phone;
  if (!reads(phone)) return `${cause.actor} changed it without the number's code (${cause.kind} ${cause.step})`;
  const wasOpen = was !== undefined && was.citizen.state !== 'closed' && was.password !== undefined;
  if (cause.kind === 'enrolment') return wasOpen ? `${cause.actor} enrolled over an account` : undefined;

  if (!wasOpen) return `${cause.actor} recovered an account that is not there`;
  if (is?.citizen.state !== was.citizen.state) return 'a recovery changed the state of the account';
  const isNewPhone = phone !== was.citizen.phone;
  const isNewPassword = is.password !== was.password;
  if (isNewPhone && !people.all[name].phones.some((number) => number === phone)) return 'the new number is of others';
  if (isNewPhone && !isNewPassword)
    return people.recoveryCodes[cause.actor] !== undefined && cause.actor === name
      ? undefined
      : 'a number without its proofs';
  const waited = waitings.some(
    (one) => one.name === name && one.device === cause.device && !one.isStopped && now - one.since >= 24 * HOUR,
  );
  if (isNewPhone) return waited ? undefined : 'everything was replaced without the waiting period';
  return reads(was.citizen.phone) ? undefined : 'a password without the code to the registered number';
}
