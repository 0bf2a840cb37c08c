import type { MetadataFault } from '#relying-parties/client-metadata.ts';
import type { BothLanguages, RelyingParty, SecurityProfile } from '#relying-parties/relying-party.ts';
import { readTypedKeys } from './typed-keys.ts';
import { applicationOf, type TypedRegistration } from './typed-registration.ts';

/** What the form makes of a registration; the rules of the registry judge it, as they judge a program's. */
type Registration = {
  name: BothLanguages;
  metadata: Record<string, unknown>;
  securityProfile: SecurityProfile;
  testedAs: string | undefined;
};

type Drafted =
  | { outcome: 'drafted'; registration: Registration }
  | { outcome: 'refused'; faults: readonly MetadataFault[] };

/** `before`: what the form does not show stays as it is. */
export function draftFrom(typed: TypedRegistration, before?: Pick<RelyingParty, 'metadata'>): Drafted {
  const keys = typed.application !== 'native' && typed.proof === 'jwks' ? readTypedKeys(typed.jwks) : undefined;
  if (keys !== undefined && keys.outcome !== 'keys')
    return { outcome: 'refused', faults: [{ path: 'jwks', reason: keys.outcome }] };
  const metadata = {
    ...notShownOf(before?.metadata),
    ...placesOf(typed),
    ...authenticationOf(typed, keys?.jwks),
    application_type: typed.application === 'native' ? 'native' : 'web',
    grant_types: grantsOf(typed, before?.metadata),
    id_token_signed_response_alg: typed.idTokenAlgorithm.trim() || undefined,
    userinfo_signed_response_alg: typed.userinfoAlgorithm.trim() || undefined,
    default_acr_values: typed.acr.trim() === '' ? undefined : [typed.acr.trim()],
    require_pushed_authorization_requests: typed.pushesRequests ? true : undefined,
    dpop_bound_access_tokens: typed.bindsTokens ? true : undefined,
  };
  return {
    outcome: 'drafted',
    registration: {
      name: { fa: typed.nameFa.trim(), en: typed.nameEn.trim() },
      metadata: withoutAbsent(metadata),
      securityProfile: typed.isFapi2 ? 'fapi2' : 'default',
      testedAs: typed.testedAs.trim() || undefined,
    },
  };
}

/** One a line; a line without anything is none. What stands in a line stays as it is, so that its fault can be told. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function placesOf(typed: TypedRegistration): Record<string, unknown> {
  const single = (text: string) => text.trim() || undefined;
  const isService = typed.application === 'service';
  const origins = linesOf(typed.corsOrigins);
  return {
    redirect_uris: isService ? [] : linesOf(typed.redirectUris),
    post_logout_redirect_uris: isService ? [] : linesOf(typed.postLogoutRedirectUris),
    initiate_login_uri: isService ? undefined : single(typed.initiateLoginUri),
    backchannel_logout_uri: isService ? undefined : single(typed.backchannelLogoutUri),
    cors_origins: origins.length === 0 ? undefined : origins,
    client_uri: single(typed.clientUri),
    policy_uri: single(typed.policyUri),
  };
}

/** What is installed on people's devices keeps no secret (RFC 8252 section 8.5). */
function authenticationOf(typed: TypedRegistration, jwks: object | undefined): Record<string, unknown> {
  const algorithm = typed.assertionAlgorithm.trim() || undefined;
  if (typed.application === 'native') return { token_endpoint_auth_method: 'none' };
  switch (typed.proof) {
    case 'jwks_uri':
      return {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: algorithm,
        jwks_uri: typed.jwksUri.trim() || undefined,
      };
    case 'jwks':
      return { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: algorithm, jwks };
    default:
      return { token_endpoint_auth_method: typed.proof };
  }
}

/** Grants that the form does not name stay where the application is still of the same kind. */
function grantsOf(typed: TypedRegistration, before: RelyingParty['metadata'] | undefined): string[] {
  const isSame = before !== undefined && applicationOf(before) === typed.application;
  const others = isSame
    ? before.grant_types.filter((grant) => !['authorization_code', 'refresh_token'].includes(grant))
    : [];
  const refresh = typed.refreshes ? ['refresh_token'] : [];
  switch (typed.application) {
    case 'service':
      return ['client_credentials'];
    case 'device':
      return [...others, ...refresh];
    default:
      return ['authorization_code', ...refresh, ...others];
  }
}

/** The members of the form, which replace what was there; so does nothing at all. */
const SHOWN = [
  'redirect_uris',
  'post_logout_redirect_uris',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'cors_origins',
  'client_uri',
  'policy_uri',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'application_type',
  'grant_types',
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'default_acr_values',
  'require_pushed_authorization_requests',
  'dpop_bound_access_tokens',
];

function notShownOf(metadata: RelyingParty['metadata'] | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([member]) => !SHOWN.includes(member)));
}

function withoutAbsent(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
