import { z } from 'zod';
import type { Form } from '#platform/http/form.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';

/** The registration as somebody typed it: what the page shows again, word for word, when something is wrong. */
export type TypedRegistration = z.output<typeof shape>;

/** What an application is, for people who do not know the grants by name. `device` is only ever there already. */
const APPLICATIONS = ['web', 'native', 'service', 'device'] as const;
type Application = (typeof APPLICATIONS)[number];

/** How it proves who it is; the first is what we recommend. */
const PROOFS = ['jwks_uri', 'jwks', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none'] as const;

const text = z.string();
const chosen = z.string().transform((value) => value === 'yes');

const shape = z.object({
  nameFa: text,
  nameEn: text,
  environment: z.enum(['test', 'production']).catch('test'),
  application: z.enum(APPLICATIONS).catch('web'),
  redirectUris: text,
  postLogoutRedirectUris: text,
  initiateLoginUri: text,
  backchannelLogoutUri: text,
  corsOrigins: text,
  clientUri: text,
  policyUri: text,
  proof: z.enum(PROOFS).catch('jwks_uri'),
  jwksUri: text,
  /** A JWK, a JWK set, or public keys in PEM. */
  jwks: text,
  assertionAlgorithm: text,
  idTokenAlgorithm: text,
  userinfoAlgorithm: text,
  acr: text,
  isFapi2: chosen,
  pushesRequests: chosen,
  bindsTokens: chosen,
  refreshes: chosen,
  testedAs: text,
  /** Why, for the revisions. */
  note: text,
});

/** The names in the form, beside the members that they fill. */
const NAMES: Readonly<Record<keyof TypedRegistration, string>> = {
  nameFa: 'name_fa',
  nameEn: 'name_en',
  environment: 'environment',
  application: 'application',
  redirectUris: 'redirect_uris',
  postLogoutRedirectUris: 'post_logout_redirect_uris',
  initiateLoginUri: 'initiate_login_uri',
  backchannelLogoutUri: 'backchannel_logout_uri',
  corsOrigins: 'cors_origins',
  clientUri: 'client_uri',
  policyUri: 'policy_uri',
  proof: 'proof',
  jwksUri: 'jwks_uri',
  jwks: 'jwks',
  assertionAlgorithm: 'assertion_algorithm',
  idTokenAlgorithm: 'id_token_algorithm',
  userinfoAlgorithm: 'userinfo_algorithm',
  acr: 'acr',
  isFapi2: 'fapi2',
  pushesRequests: 'pushes_requests',
  bindsTokens: 'binds_tokens',
  refreshes: 'refreshes',
  testedAs: 'tested_as',
  note: 'note',
};

export function readTypedRegistration(form: Pick<Form, 'text'>): TypedRegistration {
  return shape.parse(Object.fromEntries(Object.entries(NAMES).map(([member, name]) => [member, form.text(name)])));
}

/** An empty form, with what we recommend chosen. */
export function newRegistration(environment: RelyingParty['environment']): TypedRegistration {
  return {
    ...readTypedRegistration({ text: () => '' }),
    environment,
    application: 'web',
    idTokenAlgorithm: 'ES256',
  };
}

/** What is registered, as if it had just been typed. */
export function typedFrom({ name, metadata, environment, securityProfile, testedAs }: RelyingParty): TypedRegistration {
  const lines = (uris: readonly string[] = []) => uris.join('\n');
  return {
    nameFa: name.fa,
    nameEn: name.en,
    environment,
    application: applicationOf(metadata),
    redirectUris: lines(metadata.redirect_uris),
    postLogoutRedirectUris: lines(metadata.post_logout_redirect_uris),
    initiateLoginUri: metadata.initiate_login_uri ?? '',
    backchannelLogoutUri: metadata.backchannel_logout_uri ?? '',
    corsOrigins: lines(metadata.cors_origins),
    clientUri: metadata.client_uri ?? '',
    policyUri: metadata.policy_uri ?? '',
    proof: proofOf(metadata),
    jwksUri: metadata.jwks_uri ?? '',
    jwks: metadata.jwks === undefined ? '' : JSON.stringify(metadata.jwks, undefined, 2),
    assertionAlgorithm: metadata.token_endpoint_auth_signing_alg ?? '',
    idTokenAlgorithm: metadata.id_token_signed_response_alg,
    userinfoAlgorithm: metadata.userinfo_signed_response_alg ?? '',
    acr: metadata.default_acr_values?.[0] ?? '',
    isFapi2: securityProfile === 'fapi2',
    pushesRequests: metadata.require_pushed_authorization_requests === true,
    bindsTokens: metadata.dpop_bound_access_tokens === true,
    refreshes: metadata.grant_types.includes('refresh_token'),
    testedAs: testedAs ?? '',
    note: '',
  };
}

export function applicationOf({ application_type, grant_types }: RelyingParty['metadata']): Application {
  if (application_type === 'native') return 'native';
  if (grant_types.includes('authorization_code')) return 'web';
  return grant_types.every((grant) => grant === 'client_credentials') ? 'service' : 'device';
}

function proofOf({ token_endpoint_auth_method: method, jwks }: RelyingParty['metadata']): TypedRegistration['proof'] {
  if (method !== 'private_key_jwt') return method;
  return jwks === undefined ? 'jwks_uri' : 'jwks';
}
