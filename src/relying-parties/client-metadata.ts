import { z } from 'zod';
import { isAddressOrNetwork } from '#platform/http/client-address.ts';
import { findRedirectUriFault, hasUnsafeCharacters, isLoopbackHost } from './redirect-uris.ts';
import type { Environment, SecurityProfile } from './relying-party.ts';

/**
 * What a relying party may say about itself, on create and on update alike: an allow-list. What decides privilege
 * (scope, subject type, response types, the secret) is not in it and is derived from the agreement and the profile.
 */
export type ClientMetadata = z.output<typeof shape>;

export type MetadataFault = { path: string; reason: string };

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

const MAX_URIS = 20;
/** What our rings may sign with; one that this issuer has no ring of is refused when it is used. */
const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;
const MAX_KEYS = 10;
/** Less than what everybody is told would promise nothing; more than a month, and no planned rotation would be left. */
const KEY_SET_CACHE_SECONDS = { least: 24 * 3600, most: 30 * 24 * 3600 };

const uri = z
  .string()
  .min(1)
  .max(2000)
  .refine((text) => !hasUnsafeCharacters(text), 'unsafe-characters');
/** Shown as links and logos: https alone, or a page could be made to run script. */
const link = uri.refine((text) => URL.parse(text)?.protocol === 'https:', 'not-https');
/** A public key. Members of private keys are refused by not being listed (RFC 7518 section 6). */
const publicKey = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: z.string(),
    y: z.string(),
    ...aboutKey(),
  }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), ...aboutKey() }),
  z.strictObject({
    kty: z.literal('RSA'),
    n: z.string().min(342, 'rsa-key-under-2048-bits'),
    e: z.string(),
    ...aboutKey(),
  }),
]);

const shape = z.strictObject({
  redirect_uris: z.array(z.string()).max(MAX_URIS).default([]),
  post_logout_redirect_uris: z.array(z.string()).max(MAX_URIS).default([]),
  application_type: z.enum(['web', 'native']).default('web'),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', DEVICE_CODE]))
    .min(1)
    .default(['authorization_code']),
  token_endpoint_auth_method: z.enum([
    'none',
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
  ]),
  token_endpoint_auth_signing_alg: z.enum(['ES256', 'PS256', 'RS256', 'EdDSA', 'HS256']).optional(),
  jwks: z.strictObject({ keys: z.array(publicKey).min(1).max(MAX_KEYS) }).optional(),
  jwks_uri: uri.optional(),
  id_token_signed_response_alg: z.enum(SIGNING_ALGORITHMS).default('ES256'),
  userinfo_signed_response_alg: z.enum(SIGNING_ALGORITHMS).optional(),
  introspection_signed_response_alg: z.enum(SIGNING_ALGORITHMS).optional(),
  backchannel_logout_uri: uri.optional(),
  initiate_login_uri: uri.optional(),
  default_acr_values: z.array(z.string().max(200)).max(10).optional(),
  default_max_age: z.int().min(0).optional(),
  require_auth_time: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  client_uri: link.optional(),
  logo_uri: link.optional(),
  policy_uri: link.optional(),
  tos_uri: link.optional(),
  contacts: z.array(z.email()).max(10).optional(),
  /** Ours: how long it was told it may keep our key set, where that is longer than for everybody. */
  jwks_cache_seconds: z.int().min(KEY_SET_CACHE_SECONDS.least).max(KEY_SET_CACHE_SECONDS.most).optional(),
  /** Ours: pages of other origins that may call us from a browser; those of the redirect URIs when absent. */
  cors_origins: z.array(z.string().max(300).refine(isOrigin, 'not-an-origin')).max(MAX_URIS).optional(),
  /** Ours: the addresses that its servers call from, so that a fetch of our keys can be told to be its. */
  egress_addresses: z.array(z.string().max(50).refine(isAddressOrNetwork, 'not-an-address')).max(MAX_URIS).optional(),
});

/** Exact, as browsers send it (RFC 6454 section 6.2), and of a page that nobody can change on the way. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.origin === text && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))
  );
}

function aboutKey() {
  return {
    kid: z.string().max(200).optional(),
    use: z.literal('sig').optional(),
    alg: z.string().max(20).optional(),
    key_ops: z.array(z.literal('verify')).optional(),
    x5c: z.array(z.string()).max(5).optional(),
    'x5t#S256': z.string().optional(),
  };
}

type Surroundings = { environment: Environment; securityProfile: SecurityProfile };

/** Reads what a person or a program typed. The faults name the member and the rule that it breaks. */
export function readClientMetadata(
  typed: unknown,
  surroundings: Surroundings,
): { outcome: 'read'; metadata: ClientMetadata } | { outcome: 'refused'; faults: readonly MetadataFault[] } {
  const parsed = shape.safeParse(typed);
  if (!parsed.success) {
    return {
      outcome: 'refused',
      faults: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), reason: issue.message })),
    };
  }
  const faults = [
    ...listUriFaults(parsed.data, surroundings),
    ...listAuthenticationFaults(parsed.data),
    ...listGrantFaults(parsed.data),
    ...listProfileFaults(parsed.data, surroundings),
  ];
  return faults.length > 0 ? { outcome: 'refused', faults } : { outcome: 'read', metadata: parsed.data };
}

function listUriFaults(metadata: ClientMetadata, { environment }: Surroundings): MetadataFault[] {
  const isNative = metadata.application_type === 'native';
  const mayUseLoopback = environment === 'test';
  const judged: [path: string, uri: string | undefined, isNative: boolean][] = [
    ...metadata.redirect_uris.map((text, at): [string, string, boolean] => [`redirect_uris.${at}`, text, isNative]),
    ...metadata.post_logout_redirect_uris.map((text, at): [string, string, boolean] => [
      `post_logout_redirect_uris.${at}`,
      text,
      isNative,
    ]),
    // Addresses of servers: never an application's own scheme, and loopback only while trying out.
    ['jwks_uri', metadata.jwks_uri, false],
    ['backchannel_logout_uri', metadata.backchannel_logout_uri, false],
    ['initiate_login_uri', metadata.initiate_login_uri, false],
  ];
  return judged.flatMap(([path, text, native]) => {
    const reason = text === undefined ? undefined : findRedirectUriFault(text, { isNative: native, mayUseLoopback });
    return reason === undefined ? [] : [{ path, reason }];
  });
}

function listAuthenticationFaults(metadata: ClientMetadata): MetadataFault[] {
  const faults: MetadataFault[] = [];
  const method = metadata.token_endpoint_auth_method;
  const algorithm = metadata.token_endpoint_auth_signing_alg;
  if (metadata.jwks !== undefined && metadata.jwks_uri !== undefined)
    faults.push({ path: 'jwks', reason: 'jwks-and-jwks-uri' });
  if (method === 'private_key_jwt' && metadata.jwks === undefined && metadata.jwks_uri === undefined) {
    faults.push({ path: 'jwks_uri', reason: 'private-key-jwt-needs-keys' });
  }
  if (algorithm !== undefined && (method === 'client_secret_jwt') !== (algorithm === 'HS256')) {
    faults.push({ path: 'token_endpoint_auth_signing_alg', reason: 'algorithm-does-not-fit-method' });
  }
  if (algorithm !== undefined && !method.endsWith('_jwt'))
    faults.push({ path: 'token_endpoint_auth_signing_alg', reason: 'method-does-not-sign' });
  if (method === 'none' && metadata.application_type !== 'native')
    faults.push({ path: 'token_endpoint_auth_method', reason: 'only-native-may-be-public' });
  return faults;
}

function listGrantFaults(metadata: ClientMetadata): MetadataFault[] {
  const faults: MetadataFault[] = [];
  const grants = new Set<string>(metadata.grant_types);
  const redirects = grants.has('authorization_code');
  if (redirects && metadata.redirect_uris.length === 0) faults.push({ path: 'redirect_uris', reason: 'missing' });
  if (!redirects && metadata.redirect_uris.length > 0)
    faults.push({ path: 'redirect_uris', reason: 'no-grant-that-redirects' });
  if (grants.has('refresh_token') && !redirects && !grants.has(DEVICE_CODE))
    faults.push({ path: 'grant_types', reason: 'nothing-to-refresh' });
  if (grants.has('client_credentials') && metadata.token_endpoint_auth_method === 'none') {
    faults.push({ path: 'grant_types', reason: 'client-credentials-need-authentication' });
  }
  // A pairwise subject is shared by a sector; with several hosts only OpenID Connect Core 1.0 section 8.1 would prove that they belong together.
  if (new Set(metadata.redirect_uris.map((text) => URL.parse(text)?.host)).size > 1)
    faults.push({ path: 'redirect_uris', reason: 'several-hosts' });
  // oidc-provider ties a device's pairwise subject to the host of its keys, and so wants keys and no other sector.
  const isDeviceFit =
    metadata.token_endpoint_auth_method === 'private_key_jwt' && metadata.jwks_uri !== undefined && !redirects;
  if (grants.has(DEVICE_CODE) && !isDeviceFit)
    faults.push({ path: 'grant_types', reason: 'device-needs-private-key-jwt-with-jwks-uri-alone' });
  return faults;
}

/** FAPI 2.0 Security Profile section 5.3.2: no shared secrets. PAR and DPoP are switched on by the profile itself. */
function listProfileFaults(metadata: ClientMetadata, { securityProfile }: Surroundings): MetadataFault[] {
  if (securityProfile !== 'fapi2') return [];
  const faults: MetadataFault[] = [];
  if (metadata.token_endpoint_auth_method !== 'private_key_jwt')
    faults.push({ path: 'token_endpoint_auth_method', reason: 'fapi2-needs-private-key-jwt' });
  if (metadata.token_endpoint_auth_signing_alg === 'RS256')
    faults.push({ path: 'token_endpoint_auth_signing_alg', reason: 'fapi2-refuses-rs256' });
  if (metadata.id_token_signed_response_alg === 'RS256')
    faults.push({ path: 'id_token_signed_response_alg', reason: 'fapi2-refuses-rs256' });
  return faults;
}
