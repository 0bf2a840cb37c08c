import type { OutboundFetch } from '#platform/http/outbound.ts';
import { createDomainLookups, createResolveTxt } from '#relying-parties/domain-lookups.ts';
import { createDomainProofs } from '#relying-parties/domain-proofs.ts';
import { createDomainProofsStore } from '#relying-parties/domain-proofs-store.ts';
import { createDomainRechecks } from '#relying-parties/domain-rechecks.ts';
import { createListCursor } from '#relying-parties/list-cursor.ts';
import { createOrganisations } from '#relying-parties/organisations.ts';
import { createOrganisationsStore } from '#relying-parties/organisations-store.ts';
import type { Foundation } from './foundation.ts';

/** Who may connect, which domains are theirs, and how far each has come. */
export async function createOrganisationServices(
  { settings, clock, log, audit, database, sealerFor, lookupHash }: Foundation,
  { outbound }: { outbound: OutboundFetch },
) {
  const organisations = createOrganisations({
    store: createOrganisationsStore({ database }),
    sealer: await sealerFor('relying-parties'),
    cursor: createListCursor(lookupHash),
    audit,
    clock,
  });
  const store = createDomainProofsStore({ database });
  const lookups = createDomainLookups({ resolveTxt: createResolveTxt(settings.dnsServers), fetch: outbound });
  const rechecks = createDomainRechecks({
    store,
    lookups,
    audit,
    clock,
    onError: (error) => log.error({ err: error }, 'the proofs of domains could not be looked at again'),
  });

  return {
    organisations,
    domainProofs: createDomainProofs({ store, lookups, audit, clock }),
    /** With its first relying party that goes live an organisation is connected. */
    async noteConnected({ organisationId, by }: { organisationId: string; by: string }): Promise<void> {
      const organisation = await organisations.find(organisationId);
      if (organisation === undefined || organisation.stage === 'connected') return;
      await organisations.moveTo({ id: organisationId, stage: 'connected', by, why: 'relying-party-live' });
    },
    stop: rechecks.stop,
  };
}
