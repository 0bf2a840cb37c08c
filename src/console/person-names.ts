import type { Citizen } from '#citizens/citizen.ts';

/** Names of operators for those who work with them; an id stands where there is no such person. */
export function createPersonNames({ findCitizen }: { findCitizen(id: string): Promise<Citizen | undefined> }) {
  return async (id: string): Promise<string> => {
    const citizen = await findCitizen(id);
    return citizen === undefined ? id : `${citizen.givenName} ${citizen.familyName}`;
  };
}

export type NameOfPerson = ReturnType<typeof createPersonNames>;
