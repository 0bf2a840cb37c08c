import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ACR_VALUES } from '#citizens/authentication-levels.ts';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import type { Log } from '#platform/log.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import type { LibraryMetadata } from '#relying-parties/library-metadata.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Resource } from '#relying-parties/resources-store.ts';
import { createAdapters } from '#sessions/adapter.ts';
import { autoSubmit } from '#views/auto-submit.ts';
import { createFindAccount } from '../accounts.ts';
import { dressAutoSubmitPages } from '../auto-submit.ts';
import { clientAdapter, corsOriginsOf } from '../cached-clients.ts';
import { createFindTellable } from '../claims-to-tell.ts';
import { keepClientKeys } from '../client-keys.ts';
import { checkClientSecrets } from '../client-secrets.ts';
import { configuration, PROTOCOL_PATHS } from '../configuration.ts';
import { createCookieSigner } from '../cookie-keys.ts';
import { prepareDiscovery } from '../discovery.ts';
import { createLoadExistingGrant } from '../grants.ts';
import { libraryKey } from '../library-keys.ts';
import { type PageFrames, sendPage } from '../page-frame.ts';
import { createProviderPages } from '../pages.ts';
import { createPrompts } from '../prompts.ts';
import { createRequestUnderWay } from '../request-under-way.ts';
import { createResourceServerFor } from '../resource-servers.ts';
import { keepProofs } from '../session-proofs.ts';
import { storageRefusals } from '../storage-refusals.ts';
import { answerSurprises } from '../surprises.ts';
import { acceptanceMetadata, asToldEverything, consentToEverything, DEFAULT_ALGORITHM } from './acceptance-client.ts';
import { type AcceptanceRing, libraryKeysOf } from './key-ring.ts';
import type { Run, Runs } from './runs.ts';
import { APPROVAL_PATH, EVERY_BROWSER, signInWithoutPages } from './sign-in-without-pages.ts';
import { spoilAnswers } from './spoiled-answers.ts';
import { findSyntheticCitizen, SYNTHETIC_EVIDENCE } from './synthetic-citizens.ts';

/** What all acceptance issuers share. */
export type IssuerNeeds = {
  store: StateStore;
  /** Keyed hash under a secret that nothing but acceptance uses. */
  hash: KeyedHash;
  relyingParties: Parameters<typeof checkClientSecrets>[1];
  findResource(identifier: string): Promise<Resource | undefined>;
  fetchKeySet(uri: string): Promise<object>;
  fetch: OutboundFetch;
  frames: PageFrames;
  runs: Runs;
  runOf(request: object): Run | undefined;
  clock: Clock;
  log: Log;
};

type About = { issuer: string; registered: RelyingParty; metadata: LibraryMetadata; ring: AcceptanceRing };

export type Issuer = { answer(request: IncomingMessage, response: ServerResponse, path: string): void };

/** A provider for one relying party: the library and our own parts of it, with invented citizens and other keys. */
export function createIssuer({ issuer, registered, metadata, ring }: About, needs: IssuerNeeds): Issuer {
  const { store, clock, log, frames, relyingParties } = needs;
  const { clientId } = registered;
  const relyingParty = asToldEverything(registered);
  // One client id more in every hash: what one acceptance issuer gives out is nothing to another.
  const hash: KeyedHash = (value) => needs.hash(`${clientId}:${value}`);
  const secretFor = (purpose: string) => Buffer.from(hash(`secret:${purpose}`), 'base64url');
  const subjectOf = (citizenId: string) => hash(`subject:${citizenId}`);
  const findRelyingParty = async (asked: string) => (asked === clientId ? relyingParty : undefined);
  const findCitizen = async (id: string) => findSyntheticCitizen(id);
  const requestUnderWay = createRequestUnderWay();
  const nowInSeconds = () => epochSeconds(clock);
  const records = createAdapters({ store, hash, request: requestUnderWay, nowInSeconds, refusals: storageRefusals });
  const client = acceptanceMetadata(metadata, registered);
  const clients = clientAdapter({
    findMetadata: async (asked) => (asked === clientId ? client : undefined),
    find: findRelyingParty,
  });
  const resourceServerFor = createResourceServerFor({ findResource: needs.findResource, findRelyingParty });

  const shared = configuration({
    issuer,
    adapterFor: (kind) => (kind === 'Client' ? clients : records(kind)),
    ownClients: [],
    keys: libraryKeysOf(ring).map((key) => libraryKey(key, async () => undefined)),
    defaultAlgorithm: DEFAULT_ALGORITHM,
    cookieKeys: signerWith(secretFor('cookies')),
    dpopSecret: secretFor('dpop-nonce'),
    acrValues: ACR_VALUES,
    prompts: createPrompts({
      ...{ clock, findRelyingParty, findCitizen, reachableLevels: ACR_VALUES },
      findTellable: createFindTellable({ knownAttached: async () => [] }),
    }),
    findAccount: createFindAccount({
      findCitizen,
      findRelyingParty,
      listEvidence: async () => SYNTHETIC_EVIDENCE,
      findAttached: async () => [],
      clock,
    }),
    loadExistingGrant: (ctx) =>
      createLoadExistingGrant({
        findConsent: async () => consentToEverything(relyingParty, Object.keys(ctx.oidc.resourceServers ?? {})),
        findRelyingParty,
      })(ctx),
    subjectFor: async (_ctx, citizenId) => subjectOf(citizenId),
    async resourceServerFor(ctx, identifier, asking) {
      // No resource server believes these tokens, so one kind of key is enough for all of them.
      return { ...(await resourceServerFor(ctx, identifier, asking)), jwt: { sign: { alg: DEFAULT_ALGORITHM } } };
    },
    isCorsAllowed: (_ctx, origin, asking) => corsOriginsOf(asking).includes(origin),
    mayIntrospect: async (_ctx, asking, token) => token.clientId === asking.clientId,
    pages: createProviderPages({ frames, findRelyingParty }),
    fetch: needs.fetch as typeof fetch,
    nowInSeconds,
  });
  const provider = new Provider(issuer, differences(shared, { issuer, frames }));
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => log.error({ err: error, clientId }, 'an acceptance issuer failed'));

  answerSurprises(provider, { frames, log });
  dressAutoSubmitPages(provider, { frames });
  keepProofs(provider, { browsers: EVERY_BROWSER });
  checkClientSecrets(provider, relyingParties);
  keepClientKeys(provider, { fetchKeySet: needs.fetchKeySet });
  signInWithoutPages(provider, { clock });
  requestUnderWay.awaitWrites(provider);
  spoilAnswers(provider, {
    issuer,
    relyingParty,
    ring,
    runs: needs.runs,
    runOf: needs.runOf,
    subjectOf,
    signingSecret: () => relyingParties.openSecrets(registered)[0],
    clock,
  });
  const answerDiscovery = prepareDiscovery(provider);
  const answer = provider.callback();

  return {
    answer(request, response, path) {
      if (!answerDiscovery(request, response, path)) answer(request, response);
    },
  };
}

/** Where it is not like the real one: its paths and cookies lie under its own, nobody is asked, and a lax request is let through to be reported. */
function differences(shared: Configuration, { issuer, frames }: { issuer: string; frames: PageFrames }): Configuration {
  const { pathname } = new URL(issuer);
  const prefix = issuer.startsWith('https://') ? '__Secure-panjereh_acceptance' : 'panjereh_acceptance';
  return {
    ...shared,
    pkce: { required: () => false },
    cookies: {
      ...shared.cookies,
      names: { session: prefix, interaction: `${prefix}_step`, resume: `${prefix}_resume` },
      // Of all relying parties' acceptance issuers on this host, the browser shows each only its own.
      long: { ...shared.cookies?.long, path: pathname },
    },
    interactions: {
      ...shared.interactions,
      url: (_ctx, interaction) => `${pathname}${APPROVAL_PATH}/${interaction.uid}`,
    },
    features: {
      ...shared.features,
      deviceFlow: { enabled: false },
      rpInitiatedLogout: {
        ...shared.features?.rpInitiatedLogout,
        enabled: true,
        logoutSource: async (ctx) =>
          signOutWithoutAsking(ctx, { frames, action: `${pathname}${PROTOCOL_PATHS.end_session}/confirm` }),
      },
    },
  };
}

function signOutWithoutAsking(
  ctx: KoaContextWithOIDC,
  { frames, action }: { frames: PageFrames; action: string },
): void {
  const { text, frame } = frames.of(ctx);
  const secret = String((ctx.oidc.session?.state as { secret?: string } | undefined)?.secret ?? '');
  const hidden = Object.entries({ xsrf: secret, logout: 'yes' }).map(([name, value]) => ({ name, value }));
  sendPage(ctx, autoSubmit(text, { frame, action, hidden }), { hasScript: true });
}

function signerWith(secret: Buffer): ReturnType<typeof createCookieSigner> {
  return createCookieSigner([secret]);
}
