import type { IncomingMessage, ServerResponse } from 'node:http';
import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { epochSeconds } from '#platform/clock.ts';
import { createClientAddress, networkOf } from '#platform/http/client-address.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createFindAccount, createMayIntrospect } from '#protocol/accounts.ts';
import { attachAuditTrail } from '#protocol/audit-trail.ts';
import { dressAutoSubmitPages } from '#protocol/auto-submit.ts';
import { clientAdapter } from '#protocol/cached-clients.ts';
import { PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { createCookieSigner } from '#protocol/cookie-keys.ts';
import { createLoadExistingGrant } from '#protocol/grants.ts';
import { createProtocolHost } from '#protocol/host.ts';
import type { OweLogout } from '#protocol/logout.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import { createProviderPages } from '#protocol/pages.ts';
import { createPrompts } from '#protocol/prompts.ts';
import { requestUnderWay } from '#protocol/request-under-way.ts';
import { createResourceServerFor } from '#protocol/resource-servers.ts';
import { libraryOrder } from '#protocol/signing-ring.ts';
import { storageRefusals } from '#protocol/storage-refusals.ts';
import { answerSurprises } from '#protocol/surprises.ts';
import { createUserCodeGuesses } from '#protocol/user-code-guesses.ts';
import { createAdapters } from '#sessions/adapter.ts';
import { createRefreshSuccessors } from '#sessions/refresh-successors.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import type { Foundation } from './foundation.ts';
import type { Registry } from './registry.ts';

type Needs = {
  foundation: Foundation;
  registry: Registry;
  findCitizen(id: string): Promise<Citizen | undefined>;
  signingKeys: SigningKeys;
  frames: PageFrames;
  oweLogout: OweLogout;
};

/** oidc-provider with everything it needs, swapped whenever the key ring changes. */
export function createProvider({ foundation, registry, findCitizen, signingKeys, frames, oweLogout }: Needs) {
  const {
    settings,
    clock,
    log,
    metrics,
    state: store,
    redis,
    stateHash: hash,
    cookieHash,
    cookieSecrets,
    changeFeed,
    audit,
  } = foundation;
  const { relyingParties, findRelyingParty, subjects, resources, consents, outbound } = registry;
  const nowInSeconds = () => epochSeconds(clock);
  const reachableLevels = [AUTHENTICATION_LEVELS.password];
  const recordAdapter = createAdapters({
    store,
    hash,
    request: requestUnderWay,
    nowInSeconds,
    refusals: storageRefusals,
  });
  const clients = clientAdapter(relyingParties);
  const addressOf = createClientAddress({ trustedProxies: settings.trustedProxies });
  const userCodes = createUserCodeGuesses({
    rateLimits: createRateLimits(redis === undefined ? {} : { redis }),
    hash,
    networkOf: (request) => networkOf(addressOf(request)),
  });
  const adapterFor = (kind: string) => {
    if (kind === 'Client') return clients;
    return kind === 'DeviceCode' ? userCodes.guard(recordAdapter(kind)) : recordAdapter(kind);
  };

  const host = createProtocolHost(
    {
      issuer: settings.issuer,
      clock,
      log,
      nowInSeconds,
      adapterFor,
      defaultAlgorithm: 'ES256',
      cookieKeys: createCookieSigner(cookieSecrets),
      dpopSecret: Buffer.from(cookieHash('dpop-nonce'), 'base64url'),
      acrValues: reachableLevels,
      prompts: createPrompts({ clock, findRelyingParty, reachableLevels }),
      findAccount: createFindAccount({ findCitizen, findRelyingParty }),
      loadExistingGrant: createLoadExistingGrant({ findConsent: consents.find }),
      async subjectFor(_ctx, citizenId, client) {
        const relyingParty = await relyingParties.find(client.clientId);
        if (relyingParty === undefined) throw new Error(`there is no relying party ${client.clientId}`);
        return subjects.subjectFor({ citizenId, sector: relyingParty.organisationId });
      },
      resourceServerFor: createResourceServerFor({ findResource: resources.find, findRelyingParty }),
      isCorsAllowed: (_ctx, origin, client) =>
        (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
      mayIntrospect: createMayIntrospect({ findCitizen }),
      pages: createProviderPages({ frames, findRelyingParty }),
      fetch: outbound as typeof fetch,
      successors: createRefreshSuccessors({ store, hash }),
      oweLogout,
      attach(provider) {
        answerSurprises(provider, { frames, log });
        dressAutoSubmitPages(provider, { frames });
        attachAuditTrail(provider, { audit, log, metrics });
      },
    },
    libraryOrder(signingKeys.current()),
  );

  let isHostRing = true;
  const stopSwapping = signingKeys.onChange((ring) => {
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
