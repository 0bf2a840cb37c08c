import { agreedIdentityScopes, IDENTITY_SCOPES } from './agreed-scopes.ts';
import { type ClientMetadata, DEVICE_CODE } from './client-metadata.ts';
import type { RelyingParty } from './relying-party.ts';

/** A relying party as oidc-provider wants its client: the members of OpenID Registration, and what we decide ourselves. */
export type LibraryMetadata = Omit<
  ClientMetadata,
  'initiate_login_uri' | 'token_endpoint_auth_signing_alg' | 'jwks_cache_seconds' | 'egress_addresses' | 'cors_origins'
> & {
  client_id: string;
  client_name: string;
  client_secret?: string;
  response_types: string[];
  subject_type: 'pairwise';
  scope: string;
  backchannel_logout_session_required?: true;
  token_endpoint_auth_signing_alg?: string;
};

/** @param clientSecret what stands in the place of one; undefined for relying parties without one */
export function libraryMetadata(relyingParty: RelyingParty, clientSecret: string | undefined): LibraryMetadata {
  const {
    initiate_login_uri: _login,
    jwks_cache_seconds: _cache,
    egress_addresses: _addresses,
    cors_origins: _origins,
    token_endpoint_auth_signing_alg: signingAlg,
    ...metadata
  } = relyingParty.metadata;
  const isFapi = relyingParty.securityProfile === 'fapi2';
  return {
    ...metadata,
    client_id: relyingParty.clientId,
    client_name: relyingParty.name.en,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(signingAlg === undefined ? {} : { token_endpoint_auth_signing_alg: signingAlg }),
    scope: askableScopes(relyingParty).join(' '),
    response_types: metadata.grant_types.includes('authorization_code') ? ['code'] : [],
    subject_type: 'pairwise',
    ...(metadata.backchannel_logout_uri === undefined ? {} : { backchannel_logout_session_required: true }),
    ...(isFapi ? { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true } : {}),
  };
}

/**
 * The library refuses a request for any other scope. Without an agreement in force a sign-in goes on with `openid` alone
 * (protocol/agreed-requests.ts), rather than fail: a paper that ran out locks nobody out.
 */
function askableScopes({ agreement, agreementStanding, metadata }: RelyingParty): readonly string[] {
  if (agreementStanding?.state === 'in-force') return agreedIdentityScopes(agreement);
  const asksCitizens = metadata.grant_types.some((grant) => grant === 'authorization_code' || grant === DEVICE_CODE);
  return asksCitizens ? IDENTITY_SCOPES : ['openid'];
}
