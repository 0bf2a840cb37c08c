import type { OutboundFetch } from '#platform/http/outbound.ts';
import { watchAgreementEnds } from '#relying-parties/agreement-ends.ts';
import { createAgreements } from '#relying-parties/agreements.ts';
import { createAgreementsStore } from '#relying-parties/agreements-store.ts';
import { createApprovedActs } from '#relying-parties/approved-acts.ts';
import { listAskedAbout } from '#relying-parties/asked-about-store.ts';
import { createClientSecrets } from '#relying-parties/client-secrets.ts';
import { createGoLive } from '#relying-parties/go-live.ts';
import { createListCursor } from '#relying-parties/list-cursor.ts';
import { createListMovedOn } from '#relying-parties/moved-on.ts';
import { createRegistrations } from '#relying-parties/registrations.ts';
import type { RelyingParties } from '#relying-parties/relying-parties.ts';
import { createRelyingPartiesStore } from '#relying-parties/relying-parties-store.ts';
import type { Resources } from '#relying-parties/resources-store.ts';
import { createRevisionsStore } from '#relying-parties/revisions-store.ts';
import { createSearch } from '#relying-parties/search-store.ts';
import { createSecretVault } from '#relying-parties/secret-vault.ts';
import { createUriChecks } from '#relying-parties/uri-checks.ts';
import type { Foundation } from './foundation.ts';

/** What the rules about relying parties need to know from elsewhere. */
type Surroundings = {
  findOrganisation(
    id: string,
  ): Promise<{ stage: string; contacts?: readonly { role: string }[] | undefined } | undefined>;
  provenDomains(organisationId: string): Promise<readonly string[]>;
  provenHosts(organisationId: string): Promise<readonly string[]>;
  /** Whether acceptance has tried to deceive this relying party and failed. */
  isGreen(clientId: string): Promise<boolean>;
  noteConnected(about: { organisationId: string; by: string }): Promise<void>;
};

type Needs = Surroundings & { relyingParties: RelyingParties; resources: Resources; outbound: OutboundFetch };

/** The verbs over the registry, for the console and the API alike. */
export async function createRegistrationServices(
  { clock, log, metrics, audit, database, sealerFor, changeFeed, lookupHash }: Foundation,
  { relyingParties, resources, outbound, findOrganisation, provenDomains, provenHosts, isGreen, noteConnected }: Needs,
) {
  const vault = createSecretVault({ sealer: await sealerFor('relying-parties'), hash: lookupHash });
  const search = createSearch({ database, cursor: createListCursor(lookupHash) });
  const uriChecks = createUriChecks({ provenDomains, provenHosts, fetch: outbound });
  const agreements = createAgreements({
    database,
    changeFeed,
    relyingParties,
    listResourceScopes: async () => new Set((await resources.list()).flatMap(({ scopes }) => scopes)),
    audit,
    clock,
  });

  const agreementEnds = watchAgreementEnds({
    store: createAgreementsStore({ database }),
    audit,
    clock,
    onError: (error) => log.error({ err: error }, 'the ends of agreements could not be looked at'),
  });
  metrics.gauge('panjereh_agreements_ending', 'Agreements in force that end within 60 days.', () =>
    agreementEnds.count().catch(() => 0),
  );
  const registrations = createRegistrations({
    relyingParties,
    store: createRelyingPartiesStore({ database, changeFeed }),
    revisions: createRevisionsStore({ database }),
    search,
    vault,
    uriChecks,
    findOrganisation,
    audit,
    clock,
  });
  const clientSecrets = createClientSecrets({ database, changeFeed, relyingParties, vault, audit, clock });
  const goLive = createGoLive({
    relyingParties,
    agreements,
    findOrganisation,
    provenDomains: async (id) => [...(await provenDomains(id)), ...(await provenHosts(id))],
    isGreen,
    noteConnected,
    audit,
  });

  return {
    uriChecks,
    agreements,
    agreementEnds,
    listOpenable: search.listOpenable,
    registrations,
    clientSecrets,
    goLive,
    /** What a second person's approval carries out about relying parties. */
    approvedActs: createApprovedActs({ registrations, clientSecrets, goLive }),
    listMovedOn: createListMovedOn({
      listAskedAbout: (clientIds) => listAskedAbout(database, clientIds),
      findRelyingParty: relyingParties.find,
    }),
  };
}
