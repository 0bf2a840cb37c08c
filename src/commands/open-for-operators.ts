import { createCitizensStore } from '#citizens/citizens-store.ts';
import { createOperators, type Operators } from '#operators/operators.ts';
import { systemClock } from '#platform/clock.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import type { Settings } from '#root/settings.ts';
import { openStores } from './open-stores.ts';

export type OperatorsAtHand = {
  operators: Operators;
  findByNationalCode: ReturnType<typeof createCitizensStore>['findByNationalCode'];
  /** An id stands where there is no such person. */
  nameOf(citizenId: string): Promise<string>;
  hasOrganisation(id: string): Promise<boolean>;
  close(): Promise<void>;
};

/** Roles and whose they are, for a command. */
export function openOperatorsFrom(settings: Settings): Promise<OperatorsAtHand> {
  return openStores(settings, async ({ database, audit, sealerFor, lookupHash }) => {
    const citizens = createCitizensStore({
      database,
      sealer: await sealerFor('citizens'),
      lookupHash: await lookupHash(),
      changeFeed: { announce: async () => undefined },
    });
    const organisations = createOrganisationsStore({ database });
    return {
      operators: createOperators({ database, audit, clock: systemClock }),
      findByNationalCode: citizens.findByNationalCode,
      async nameOf(citizenId) {
        const citizen = await citizens.findById(citizenId);
        return citizen === undefined ? citizenId : `${citizen.givenName} ${citizen.familyName}`;
      },
      hasOrganisation: async (id) => (await organisations.find(id)) !== undefined,
    };
  });
}
