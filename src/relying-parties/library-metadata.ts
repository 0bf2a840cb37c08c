import { agreedIdentityScopes } from './agreed-scopes.ts';
import type { ClientMetadata } from './client-metadata.ts';
import type { RelyingParty } from './relying-party.ts';

/** A relying party as oidc-provider wants its client: the members of OpenID Registration, and what we decide ourselves. */
export type LibraryMetadata = Omit<ClientMetadata, 'initiate_login_uri' | 'token_endpoint_auth_signing_alg'> & {
  client_id: string;
  client_name: string;
  client_secret?: string;
  response_types: string[];
  subject_type: 'pairwise';
  scope: string;
  backchannel_logout_session_required?: true;
  token_endpoint_auth_signing_alg?: string;
};

/** @param clientSecret in clear; undefined for relying parties without one */
export function libraryMetadata(relyingParty: RelyingParty, clientSecret: string | undefined): LibraryMetadata {
  const { initiate_login_uri: _ours, token_endpoint_auth_signing_alg: signingAlg, ...metadata } = relyingParty.metadata;
  const isFapi = relyingParty.securityProfile === 'fapi2';
  return {
    ...metadata,
    client_id: relyingParty.clientId,
    client_name: relyingParty.name.en,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(signingAlg === undefined ? {} : { token_endpoint_auth_signing_alg: signingAlg }),
    scope: agreedIdentityScopes(relyingParty.agreement).join(' '),
    response_types: metadata.grant_types.includes('authorization_code') ? ['code'] : [],
    subject_type: 'pairwise',
    ...(metadata.backchannel_logout_uri === undefined ? {} : { backchannel_logout_session_required: true }),
    ...(isFapi ? { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true } : {}),
  };
}
