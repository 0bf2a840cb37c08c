import { createOutboundFetch } from '#platform/http/outbound.ts';
import { createConsents } from '#relying-parties/consents-store.ts';
import { createFetchedKeySets } from '#relying-parties/fetched-key-sets.ts';
import { createLogoutOutbox } from '#relying-parties/logout-outbox-store.ts';
import { createOrganisations } from '#relying-parties/organisations-store.ts';
import { createRelyingParties } from '#relying-parties/relying-parties.ts';
import { createResources } from '#relying-parties/resources-store.ts';
import { createSubjects } from '#relying-parties/subjects-store.ts';
import type { Foundation } from './foundation.ts';

export type Registry = Awaited<ReturnType<typeof createRegistry>>;

/** Organisations, their relying parties, and what citizens allow them. */
export async function createRegistry({ settings, clock, database, sealerFor, changeFeed }: Foundation) {
  const relyingParties = createRelyingParties({ database, sealer: await sealerFor('relying-parties'), changeFeed });
  const resources = createResources({ database, changeFeed });
  const outbound = createOutboundFetch({ allowPrivateAddresses: settings.mayReachLoopback });
  const keySets = createFetchedKeySets({ fetch: outbound, clock });

  return {
    organisations: createOrganisations({ database }),
    relyingParties,
    /** Active ones only: nobody signs in at a suspended one. */
    async findRelyingParty(clientId: string) {
      const relyingParty = await relyingParties.find(clientId);
      return relyingParty?.state === 'active' ? relyingParty : undefined;
    },
    resources,
    subjects: createSubjects({ database }),
    consents: createConsents({ database, changeFeed }),
    logoutOutbox: createLogoutOutbox({ database, clock }),
    /** The one way out of the process. */
    outbound: keySets.forLibrary(outbound),
    async close() {
      relyingParties.close();
      resources.close();
      await outbound.close();
    },
  };
}
