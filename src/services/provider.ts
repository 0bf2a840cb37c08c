import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACR_VALUES } from '#citizens/authentication-levels.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { epochSeconds } from '#platform/clock.ts';
import { createClientAddress, networkOf } from '#platform/http/client-address.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createFindAccount, createMayIntrospect } from '#protocol/accounts.ts';
import { cutGrantsToAgreement } from '#protocol/agreed-grants.ts';
import { attachAuditTrail } from '#protocol/audit-trail.ts';
import { dressAutoSubmitPages } from '#protocol/auto-submit.ts';
import { createBoundBrowser } from '#protocol/bound-browser.ts';
import { clientAdapter, corsOriginsOf } from '#protocol/cached-clients.ts';
import type { FindTellable } from '#protocol/claims-to-tell.ts';
import { keepClientKeys } from '#protocol/client-keys.ts';
import { checkClientSecrets } from '#protocol/client-secrets.ts';
import { PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { CONSOLE_CLIENT_ID, CONSOLE_SECTOR, consoleClient } from '#protocol/console-client.ts';
import { createCookieSigner } from '#protocol/cookie-keys.ts';
import { createLoadExistingGrant } from '#protocol/grants.ts';
import { createProtocolHost } from '#protocol/host.ts';
import type { OweLogout } from '#protocol/logout.ts';
import { ownClient } from '#protocol/own-client.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import { createProviderPages } from '#protocol/pages.ts';
import { acceptPostedRequests } from '#protocol/posted-requests.ts';
import { createPrompts } from '#protocol/prompts.ts';
import { attachRelyingPartyHealth } from '#protocol/relying-party-errors.ts';
import { createRequestUnderWay } from '#protocol/request-under-way.ts';
import { createResourceServerFor } from '#protocol/resource-servers.ts';
import { keepProofs } from '#protocol/session-proofs.ts';
import { createSignOuts, noteThoseNotTold } from '#protocol/sign-outs.ts';
import { libraryOrder } from '#protocol/signing-ring.ts';
import { storageRefusals } from '#protocol/storage-refusals.ts';
import { answerSurprises } from '#protocol/surprises.ts';
import { createUserCodeGuesses } from '#protocol/user-code-guesses.ts';
import type { KnownEvidence } from '#protocol/verification.ts';
import { createAdapters } from '#sessions/adapter.ts';
import { createGiveBack } from '#sessions/give-back.ts';
import { createRefreshSuccessors } from '#sessions/refresh-successors.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import type { Attachments } from '#sources/attachments.ts';
import type { Foundation } from './foundation.ts';
import type { Registry } from './registry.ts';

type Needs = {
  foundation: Foundation;
  registry: Registry;
  findCitizen(id: string): Promise<Citizen | undefined>;
  listEvidence(citizenId: string): Promise<readonly KnownEvidence[]>;
  attachments: Pick<Attachments, 'fresh'>;
  findTellable: FindTellable;
  signingKeys: SigningKeys;
  frames: PageFrames;
  oweLogout: OweLogout;
  /** What the console proves itself with. */
  consoleKeys: Parameters<typeof consoleClient>[1];
};

/** oidc-provider with everything it needs, swapped whenever the key ring changes. */
export function createProvider({
  foundation,
  registry,
  findCitizen,
  listEvidence,
  attachments,
  findTellable,
  signingKeys,
  frames,
  oweLogout,
  consoleKeys,
}: Needs) {
  const {
    settings,
    clock,
    log,
    metrics,
    state: store,
    redis,
    recordHash: hash,
    cookieHash,
    changeFeed,
    audit,
  } = foundation;
  const { relyingParties, findRelyingParty, subjects, resources, consents, outbound } = registry;
  const nowInSeconds = () => epochSeconds(clock);
  const reachableLevels = ACR_VALUES;
  const browsers = createBoundBrowser({ hash: cookieHash, isSecure: settings.issuer.startsWith('https://') });
  const signOuts = createSignOuts({ hash: cookieHash, isSecure: settings.issuer.startsWith('https://') });
  const addressOf = createClientAddress({ trustedProxies: settings.trustedProxies });
  const requestUnderWay = createRequestUnderWay({ networkOf: (request) => networkOf(addressOf(request)) });
  const recordAdapter = createAdapters({
    store,
    hash,
    request: requestUnderWay,
    nowInSeconds,
    refusals: storageRefusals,
  });
  const clients = clientAdapter(relyingParties);
  const userCodes = createUserCodeGuesses({
    rateLimits: createRateLimits(redis === undefined ? {} : { redis }),
    hash,
    networkOf: (request) => networkOf(addressOf(request)),
  });
  const adapterFor = (kind: string) => {
    if (kind === 'Client') return clients;
    return kind === 'DeviceCode' ? userCodes.guard(recordAdapter(kind)) : recordAdapter(kind);
  };

  const cookieSigner = createCookieSigner();
  const host = createProtocolHost(
    {
      issuer: settings.issuer,
      clock,
      log,
      nowInSeconds,
      adapterFor,
      ownClients: [ownClient(settings.issuer), consoleClient(settings.issuer, consoleKeys)],
      defaultAlgorithm: 'ES256',
      cookieKeys: cookieSigner,
      dpopSecret: Buffer.from(cookieHash('dpop-nonce'), 'base64url'),
      acrValues: reachableLevels,
      relyingPartyOf: relyingParties.find,
      prompts: createPrompts({ clock, findRelyingParty, findCitizen, findTellable, reachableLevels }),
      findAccount: createFindAccount({
        findCitizen,
        findRelyingParty,
        listEvidence,
        findAttached: attachments.fresh,
        clock,
      }),
      loadExistingGrant: createLoadExistingGrant({ findConsent: consents.find, findRelyingParty }),
      async subjectFor(_ctx, citizenId, client) {
        if (client.clientId === CONSOLE_CLIENT_ID) return subjects.subjectFor({ citizenId, sector: CONSOLE_SECTOR });
        const relyingParty = await relyingParties.find(client.clientId);
        if (relyingParty === undefined) throw new Error(`there is no relying party ${client.clientId}`);
        return subjects.subjectFor({ citizenId, sector: relyingParty.organisationId });
      },
      resourceServerFor: createResourceServerFor({ findResource: resources.find, findRelyingParty }),
      isCorsAllowed: (_ctx, origin, client) => corsOriginsOf(client).includes(origin),
      mayIntrospect: createMayIntrospect({ findCitizen, findRelyingParty }),
      pages: createProviderPages({
        frames,
        findRelyingParty,
        async listSignedOut(ctx) {
          const signOut = signOuts.find(ctx);
          if (signOut === undefined) return [];
          // Somebody who signs out while PostgreSQL is away is told in fewer words.
          return registry.logoutStates.list({ signOut }).catch(() => []);
        },
      }),
      fetch: outbound as typeof fetch,
      successors: createRefreshSuccessors({ store, hash }),
      giveBack: createGiveBack({ store, hash }),
      oweLogout,
      signOuts,
      checkMaySign: signingKeys.checkMaySign,
      attach(provider) {
        answerSurprises(provider, { frames, log });
        dressAutoSubmitPages(provider, { frames });
        attachAuditTrail(provider, { audit, log, metrics, findRelyingParty });
        attachRelyingPartyHealth(provider, registry.healthGatherer);
        noteThoseNotTold(provider, { oweLogout, signOuts });
        acceptPostedRequests(provider);
        keepProofs(provider, { browsers });
        cutGrantsToAgreement(provider, { findRelyingParty });
        checkClientSecrets(provider, relyingParties);
        keepClientKeys(provider, { fetchKeySet: registry.fetchKeySet });
        requestUnderWay.awaitWrites(provider);
      },
    },
    libraryOrder(signingKeys.current()),
  );

  let isHostRing = true;
  const stopSwapping = signingKeys.onChange((ring) => {
    cookieSigner.use(ring.cookies.map(({ secret }) => secret));
    if (!isHostRing) host.swap(libraryOrder(ring));
    isHostRing = false;
  });
  const stopForgetting = changeFeed.onChange('relying-parties', host.forgetClient);

  return {
    ...host,
    handle(request: IncomingMessage, response: ServerResponse, path: string) {
      if (path === PROTOCOL_PATHS.code_verification) userCodes.noteNetwork(request);
      host.handle(request, response, path);
    },
    close() {
      stopSwapping();
      stopForgetting();
    },
  };
}
