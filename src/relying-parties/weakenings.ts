import { AGREEABLE_ACR } from './agreed-demands.ts';
import type { ClientMetadata } from './client-metadata.ts';
import type { RegisteredPicture } from './registered-picture.ts';

/** Why a change of an entry in production needs a second person: it reaches people in another way, or protects them less. */
export type Weakening =
  | 'redirect-to-another-place'
  | 'sign-out-to-another-place'
  | 'sign-in-starts-at-another-place'
  | 'keys-at-another-place'
  | 'other-keys'
  | 'sign-outs-told-to-another-place'
  | 'no-longer-told-of-sign-outs'
  | 'another-origin-may-call'
  | 'weaker-authentication'
  | 'weaker-algorithm'
  | 'leaves-fapi2'
  | 'no-longer-pushes-requests'
  | 'tokens-no-longer-bound'
  | 'lower-acr'
  | 'longer-session-accepted'
  | 'another-grant'
  | 'becomes-native'
  | 'keeps-our-keys-longer'
  | 'calls-from-another-address'
  | 'another-acceptance';

type Judged = Pick<RegisteredPicture, 'metadata' | 'securityProfile' | 'testedAs'>;

/** Empty where the change may be made by one person alone. */
export function listWeakenings(before: Judged, after: Judged): Weakening[] {
  const [was, is] = [before.metadata, after.metadata];
  const isAdded = <Value>(of: (metadata: ClientMetadata) => readonly Value[] | undefined) =>
    (of(is) ?? []).some((value) => !(of(was) ?? []).includes(value));
  const isElsewhere = (of: (metadata: ClientMetadata) => string | undefined) =>
    of(is) !== undefined && placeOf(of(is) ?? '') !== placeOf(of(was) ?? '');
  const judged: [Weakening, boolean][] = [
    ['redirect-to-another-place', isAdded((it) => it.redirect_uris.map(placeOf))],
    ['sign-out-to-another-place', isAdded((it) => it.post_logout_redirect_uris.map(placeOf))],
    ['sign-in-starts-at-another-place', isElsewhere((it) => it.initiate_login_uri)],
    ['keys-at-another-place', isElsewhere((it) => it.jwks_uri)],
    ['other-keys', isAdded((it) => it.jwks?.keys.map(materialOf))],
    [
      'sign-outs-told-to-another-place',
      was.backchannel_logout_uri !== undefined && isElsewhere((it) => it.backchannel_logout_uri),
    ],
    [
      'no-longer-told-of-sign-outs',
      was.backchannel_logout_uri !== undefined && is.backchannel_logout_uri === undefined,
    ],
    ['another-origin-may-call', isAdded((it) => it.cors_origins)],
    ['weaker-authentication', strengthOf(is) < strengthOf(was)],
    [
      'weaker-algorithm',
      isAdded((it) => ALGORITHMS.map((member) => it[member]).filter((algorithm) => WEAKER.has(algorithm ?? ''))) ||
        (was.userinfo_signed_response_alg !== undefined && is.userinfo_signed_response_alg === undefined) ||
        (was.introspection_signed_response_alg !== undefined && is.introspection_signed_response_alg === undefined),
    ],
    ['leaves-fapi2', before.securityProfile === 'fapi2' && after.securityProfile !== 'fapi2'],
    [
      'no-longer-pushes-requests',
      was.require_pushed_authorization_requests === true && is.require_pushed_authorization_requests !== true,
    ],
    ['tokens-no-longer-bound', was.dpop_bound_access_tokens === true && is.dpop_bound_access_tokens !== true],
    ['lower-acr', leastOf(is) < leastOf(was)],
    [
      'longer-session-accepted',
      (is.default_max_age ?? Number.POSITIVE_INFINITY) > (was.default_max_age ?? Number.POSITIVE_INFINITY),
    ],
    ['another-grant', isAdded((it) => it.grant_types)],
    ['becomes-native', was.application_type === 'web' && is.application_type === 'native'],
    ['keeps-our-keys-longer', (is.jwks_cache_seconds ?? 0) > (was.jwks_cache_seconds ?? 0)],
    ['calls-from-another-address', isAdded((it) => it.egress_addresses)],
    ['another-acceptance', before.testedAs !== after.testedAs],
  ];
  return judged.flatMap(([weakening, isSo]) => (isSo ? [weakening] : []));
}

const ALGORITHMS = [
  'token_endpoint_auth_signing_alg',
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
] as const;

/** PKCS #1 v1.5 and shared secrets (FAPI 2.0 Security Profile section 5.4.1 takes neither). */
const WEAKER: ReadonlySet<string> = new Set(['RS256', 'HS256']);

const AUTHENTICATION = ['none', 'client_secret_post', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt'];

/** In the body or in the header is as strong. */
function strengthOf({ token_endpoint_auth_method: method }: ClientMetadata): number {
  return Math.max(AUTHENTICATION.indexOf(method), method === 'client_secret_post' ? 2 : 0);
}

/** The weakest that is asked for; nothing asked for is weaker than anything. */
function leastOf({ default_acr_values: values = [] }: ClientMetadata): number {
  return values.length === 0 ? -1 : Math.min(...values.map((value) => AGREEABLE_ACR.indexOf(value)));
}

/** Scheme, host and port: a page of another path is still theirs. An application's own scheme is its place. */
function placeOf(uri: string): string {
  const url = URL.parse(uri);
  if (url === null) return uri;
  return url.origin === 'null' ? url.protocol : url.origin;
}

function materialOf(key: NonNullable<ClientMetadata['jwks']>['keys'][number]): string {
  return key.kty === 'RSA' ? `${key.n} ${key.e}` : `${key.crv} ${key.x} ${'y' in key ? key.y : ''}`;
}
