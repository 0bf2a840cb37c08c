import type { Citizen } from '#citizens/citizen.ts';
import type { PersonShown } from '#views/console/security/person.ts';
import type { OperatorHere } from '../operator-here.ts';

export type FindCitizen = (id: string) => Promise<Citizen | undefined>;

/** Operators are remembered by their citizen's id; commands by the name that they were given. */
const IS_ID = /^[0-9a-f-]{36}$/;

/** Names for pages: what is kept of who acted is an id, or the name that a command was told. */
export async function personShown(by: string, here: OperatorHere, findCitizen: FindCitizen): Promise<PersonShown> {
  const isReader = by === here.citizenId;
  if (!IS_ID.test(by)) return { name: by, isReader };
  const citizen = await findCitizen(by);
  return { name: citizen === undefined ? '' : `${citizen.givenName} ${citizen.familyName}`, isReader };
}
