import { LIFETIMES } from '#protocol/lifetimes.ts';
import { createAcceptanceGate } from '#relying-parties/acceptance/gate.ts';
import { createAcceptanceRunsStore } from '#relying-parties/acceptance/runs-store.ts';
import { createConsentReceipts } from '#relying-parties/consent-receipts.ts';
import { createConsentReceiptsStore } from '#relying-parties/consent-receipts-store.ts';
import { createConsents } from '#relying-parties/consents-store.ts';
import { createFetchedKeySets } from '#relying-parties/fetched-key-sets.ts';
import { createRelyingPartyHealth } from '#relying-parties/health.ts';
import { createHealthGatherer } from '#relying-parties/health-gatherer.ts';
import { createHealthStore } from '#relying-parties/health-store.ts';
import { watchClientKeys } from '#relying-parties/key-notices.ts';
import { createKeyNoticesStore } from '#relying-parties/key-notices-store.ts';
import { createLiveEntriesStore } from '#relying-parties/live-entries-store.ts';
import { createLogoutOutbox } from '#relying-parties/logout-outbox-store.ts';
import { createLogoutStates } from '#relying-parties/logout-states-store.ts';
import { withOwnResources } from '#relying-parties/own-resources.ts';
import { createReceiptKeys } from '#relying-parties/receipt-keys.ts';
import { type AllowKeySetCache, createRelyingParties } from '#relying-parties/relying-parties.ts';
import { RELYING_PARTIES_TOPIC } from '#relying-parties/relying-parties-store.ts';
import { createResources } from '#relying-parties/resources-store.ts';
import { shelterLogouts } from '#relying-parties/sheltered-logouts.ts';
import { createSubjects } from '#relying-parties/subjects-store.ts';
import { apiResource } from '#root/api/api-resource.ts';
import type { Foundation } from './foundation.ts';
import { createOrganisationServices } from './organisations.ts';
import { createRegistrationServices } from './registrations.ts';

export type Registry = Awaited<ReturnType<typeof createRegistry>>;

/** Organisations, their relying parties, and what citizens allow them. */
export async function createRegistry(
  foundation: Foundation,
  { allowKeySetCache }: { allowKeySetCache: AllowKeySetCache },
) {
  const { settings, clock, log, metrics, audit, database, state, sealerFor, changeFeed, lookupHash } = foundation;
  const relyingParties = createRelyingParties({
    database,
    sealer: await sealerFor('relying-parties'),
    hash: lookupHash,
    changeFeed,
    clock,
    allowKeySetCache,
  });
  const resources = withOwnResources(
    createResources({ database, changeFeed, longestTokenMs: LIFETIMES.longestResourceToken }),
    [apiResource(settings.issuer)],
  );
  const outbound = foundation.openOutbound();
  const keySets = createFetchedKeySets({ fetch: outbound, clock });
  const organisationServices = await createOrganisationServices(foundation, { outbound });
  const { organisations, domainProofs } = organisationServices;
  const gate = createAcceptanceGate({
    store: createAcceptanceRunsStore({ database }),
    findRelyingParty: relyingParties.find,
    clock,
  });
  const verbs = await createRegistrationServices(foundation, {
    relyingParties,
    resources,
    outbound,
    findOrganisation: organisations.find,
    provenDomains: domainProofs.provenDomains,
    provenHosts: domainProofs.provenHosts,
    isGreen: gate.isGreen,
    noteConnected: organisationServices.noteConnected,
  });
  const subjects = createSubjects({ database });
  const noticesStore = createKeyNoticesStore({ database });
  const clientKeys = watchClientKeys({
    entries: createLiveEntriesStore({ database }),
    fetchKeySet: keySets.fetchKeySet,
    store: noticesStore,
    clock,
    onNotice: (about) => void audit.relyingPartyKeyNoticed(about),
    onError: (error) => log.error({ err: error }, 'the keys of relying parties could not be looked at'),
  });
  const outbox = createLogoutOutbox({ database, clock });
  const logoutStates = createLogoutStates({ database });
  const healthStore = createHealthStore({ database });
  const healthGatherer = createHealthGatherer({
    store: healthStore,
    clock,
    onError: (error) => log.error({ err: error }, 'the health of relying parties could not be written'),
  });
  metrics.gauge(
    'panjereh_relying_party_key_notices',
    'Keys of relying parties that expire, have expired, have not changed for a year, or cannot be fetched.',
    async () => (await noticesStore.listNotices().catch(() => [])).length,
  );

  return {
    organisations,
    domainProofs,
    ...verbs,
    relyingParties,
    onRelyingPartiesChange: (listener: () => void) => void changeFeed.onChange(RELYING_PARTIES_TOPIC, listener),
    /** Active ones only: nobody signs in at a suspended one. */
    async findRelyingParty(clientId: string) {
      const relyingParty = await relyingParties.find(clientId);
      return relyingParty?.state === 'active' ? relyingParty : undefined;
    },
    resources,
    acceptanceGate: gate,
    subjects,
    consentReceipts: createConsentReceipts({
      store: createConsentReceiptsStore({ database }),
      keys: await createReceiptKeys(await foundation.dataKeys('ledger')),
      subjectFor: subjects.subjectFor,
      issuer: settings.issuer,
      clock,
    }),
    consents: createConsents({ database, changeFeed }),
    logoutOutbox: shelterLogouts({
      outbox,
      store: state,
      onTrouble: (error) => log.error({ err: error }, 'owed logouts wait in the state store'),
    }),
    healthGatherer,
    logoutStates,
    /** How each relying party fares, for its university and for the ministry. */
    health: createRelyingPartyHealth({
      store: healthStore,
      findRelyingParty: relyingParties.find,
      keySetAgeMs: keySets.ageOf,
      listKeyNotices: noticesStore.listNotices,
      countLogouts: logoutStates.countOf,
      clock,
    }),
    fetchKeySet: keySets.fetchKeySet,
    keyNotices: clientKeys,
    /** The one way out of the process. */
    outbound: keySets.forLibrary(outbound),
    /** The same, for the console: it asks for our own key set, which is nobody's to remember but its own. */
    consoleFetch: outbound,
    async close() {
      // Not waited for: it asks other people's servers, one after another.
      void clientKeys.stop();
      await verbs.agreementEnds.stop();
      await organisationServices.stop();
      await healthGatherer.stop();
      relyingParties.close();
      resources.close();
      await outbound.close();
    },
  };
}
