import { createClientAddress } from '#platform/http/client-address.ts';
import { createRateLimits } from '#platform/rate-limits.ts';
import { createAccessTokens } from '#root/api/access-tokens.ts';
import { API_PATH, apiResource } from '#root/api/api-resource.ts';
import { createCallers } from '#root/api/callers.ts';
import { createApi } from '#root/api/create-api.ts';
import { createDpopProofs } from '#root/api/dpop-proofs.ts';
import { createCallLimits } from '#root/api/limits.ts';
import { openApiDocument } from '#root/api/open-api.ts';
import { createOwnEntries } from '#root/api/own-entries.ts';
import { RESOURCE_METADATA_PATH, resourceMetadata } from '#root/api/resource-metadata.ts';
import { apiRoutes } from '#root/api/routes.ts';
import type { SigningKeys } from '#signing-keys/create-signing-keys.ts';
import type { createAcceptance } from './acceptance.ts';
import type { Foundation } from './foundation.ts';
import type { Registry } from './registry.ts';

type Needs = {
  registry: Registry;
  signingKeys: Pick<SigningKeys, 'current'>;
  acceptance: Pick<Awaited<ReturnType<typeof createAcceptance>>, 'runs' | 'setups'>;
  approvals: Parameters<typeof apiRoutes>[0]['approvals'];
};

/** The API for programs of organisations, over the verbs that the console has. */
export function createApiServices(foundation: Foundation, { registry, signingKeys, acceptance, approvals }: Needs) {
  const { settings, clock, log, audit, state: store, redis, stateHash: hash } = foundation;
  const { issuer, trustedProxies } = settings;
  const limits = createCallLimits(createRateLimits(redis === undefined ? {} : { redis }));
  const entries = createOwnEntries({ find: registry.relyingParties.find, audit });
  const routes = apiRoutes({
    ...registry,
    acceptanceRuns: acceptance.runs,
    acceptanceSetups: acceptance.setups,
    entries,
    approvals,
  });

  return createApi({
    routes,
    limits,
    log,
    callers: createCallers({
      tokens: createAccessTokens({
        issuer,
        audience: apiResource(issuer).identifier,
        currentRing: signingKeys.current,
        clock,
      }),
      proofs: createDpopProofs({ store, hash, clock }),
      limits,
      findRelyingParty: registry.findRelyingParty,
      findOrganisation: registry.organisations.find,
      addressOf: createClientAddress({ trustedProxies }),
      issuer,
      audit,
    }),
    documents: {
      [`${API_PATH}/openapi.json`]: openApiDocument({ routes, issuer }),
      [RESOURCE_METADATA_PATH]: resourceMetadata(issuer),
    },
  });
}
