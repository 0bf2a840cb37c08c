import type { Citizen } from '#citizens/citizen.ts';

/** Names of operators for those who work with them; an id stands where there is no such person. */
export function createPersonNames({ findCitizen }: { findCitizen(id: string): Promise<Citizen | undefined> }) {
  return async (id: string): Promise<string> => {
    const citizen = await findCitizen(id);
    return citizen === undefined ? id : `${citizen.givenName} ${citizen.familyName}`;
  };
}

/** Of many, each looked up once. */
export async function namesOf(
  nameOf: NameOfPerson,
  ids: readonly (string | undefined)[],
): Promise<(id: string) => string> {
  const once = [...new Set(ids)].filter((id) => id !== undefined);
  const names = new Map(await Promise.all(once.map(async (id) => [id, await nameOf(id)] as const)));
  return (id) => names.get(id) ?? id;
}

export type NameOfPerson = ReturnType<typeof createPersonNames>;
