import { systemClock } from '#platform/clock.ts';
import { createListCursor } from '#relying-parties/list-cursor.ts';
import { createOrganisations, type Organisations } from '#relying-parties/organisations.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import type { Settings } from '#root/settings.ts';
import { openStores } from './open-stores.ts';

export type OrganisationsAtHand = { organisations: Organisations; close(): Promise<void> };

/** The registry of organisations alone, for a command. */
export function openOrganisationsFrom(settings: Settings): Promise<OrganisationsAtHand> {
  return openStores(settings, async ({ database, audit, sealerFor, lookupHash }) => ({
    organisations: createOrganisations({
      store: createOrganisationsStore({ database }),
      sealer: await sealerFor('relying-parties'),
      cursor: createListCursor(await lookupHash()),
      audit,
      clock: systemClock,
    }),
  }));
}
