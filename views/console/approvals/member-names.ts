import type { Text } from '../../text/text.ts';

/** Members of a registration, in the words of the form in which they were typed. */
export function membersIn({
  registrationForm: words,
  relyingParties,
  consoleSources,
}: Text): Readonly<Record<string, string>> {
  return {
    'name.fa': words.nameFa,
    'name.en': words.nameEn,
    environment: relyingParties.environment,
    state: relyingParties.state,
    'metadata.application_type': words.application,
    'metadata.grant_types': relyingParties.registered.grants,
    'metadata.redirect_uris': words.redirectUris,
    'metadata.post_logout_redirect_uris': words.postLogoutRedirectUris,
    'metadata.initiate_login_uri': words.initiateLoginUri,
    'metadata.backchannel_logout_uri': words.backchannelLogoutUri,
    'metadata.cors_origins': words.corsOrigins,
    'metadata.client_uri': words.clientUri,
    'metadata.policy_uri': words.policyUri,
    'metadata.jwks_uri': words.jwksUri,
    'metadata.jwks': words.jwks,
    'metadata.token_endpoint_auth_method': words.parts.proof,
    'metadata.token_endpoint_auth_signing_alg': words.assertionAlgorithm,
    'metadata.id_token_signed_response_alg': words.idTokenAlgorithm,
    'metadata.userinfo_signed_response_alg': words.userinfoAlgorithm,
    'metadata.default_acr_values': words.acr,
    'metadata.require_pushed_authorization_requests': words.pushesRequests,
    'metadata.dpop_bound_access_tokens': words.bindsTokens,
    securityProfile: relyingParties.profile,
    testedAs: words.testedAs,
    'source.issuer': consoleSources.issuer,
    'source.endpoint': consoleSources.endpoint,
    'source.claims': consoleSources.claims,
    'source.alg': consoleSources.algorithm,
    'source.keys': consoleSources.keys,
    'source.state': consoleSources.state,
  };
}
