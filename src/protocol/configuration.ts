import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { inSeconds } from '#platform/durations.ts';
import type { Adapter } from '#sessions/adapter.ts';
import { CLAIMS_OF_SCOPE, SCOPES } from './claims.ts';
import { grantLifetime } from './grants.ts';
import { LIFETIMES, sessionLifetime } from './lifetimes.ts';
import type { ProviderPages } from './pages.ts';
import { checkClaimsRequest } from './requested-claims.ts';
import { tokenClaims } from './token-claims.ts';
import { VERIFIED_CLAIMS_METADATA } from './verification.ts';

/** The paths of the protocol; app.ts hands exactly these to the host. */
export const PROTOCOL_PATHS = {
  authorization: '/auth',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  end_session: '/logout',
  pushed_authorization_request: '/par',
  code_verification: '/device',
  device_authorization: '/device/auth',
  introspection: '/introspect',
  revocation: '/revoke',
} as const;

export const DISCOVERY_PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;

export type ConfigurationNeeds = {
  issuer: string;
  adapterFor(kind: string): Adapter;
  ownClients: readonly ClientMetadata[];
  keys: NonNullable<Configuration['jwks']>['keys'];
  defaultAlgorithm: 'ES256' | 'RS256';
  cookieKeys: NonNullable<NonNullable<Configuration['cookies']>['keys']>;
  dpopSecret: Buffer;
  acrValues: readonly string[];
  prompts: NonNullable<NonNullable<Configuration['interactions']>['policy']>;
  findAccount: NonNullable<Configuration['findAccount']>;
  loadExistingGrant: NonNullable<Configuration['loadExistingGrant']>;
  subjectFor: NonNullable<Configuration['pairwiseIdentifier']>;
  resourceServerFor: NonNullable<
    NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>['getResourceServerInfo']
  >;
  isCorsAllowed: NonNullable<Configuration['clientBasedCORS']>;
  mayIntrospect: NonNullable<NonNullable<NonNullable<Configuration['features']>['introspection']>['allowedPolicy']>;
  pages: ProviderPages;
  fetch: NonNullable<Configuration['fetch']>;
  nowInSeconds(): number;
};

/** Flat on purpose: it names what the library needs, and each function lives in a file of its own. */
export function configuration(needs: ConfigurationNeeds): Configuration {
  const isSecure = needs.issuer.startsWith('https://');
  const cookie = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true } as const;

  return {
    adapter: (kind: string) => needs.adapterFor(kind),
    jwks: { keys: needs.keys },
    routes: PROTOCOL_PATHS,
    clients: [...needs.ownClients],
    // `none` is for our own pages alone: a relying party's metadata can only name `code`.
    responseTypes: ['code', 'none'],
    scopes: [...SCOPES],
    claims: { ...mutable(CLAIMS_OF_SCOPE), acr: null, amr: null, auth_time: null, iss: null, sid: null },
    acrValues: [...needs.acrValues],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: needs.subjectFor,
    findAccount: needs.findAccount,
    loadExistingGrant: needs.loadExistingGrant,
    clientDefaults: { id_token_signed_response_alg: needs.defaultAlgorithm, subject_type: 'pairwise' },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'none'],
    clientBasedCORS: needs.isCorsAllowed,
    extraTokenClaims: tokenClaims,
    extraClientMetadata: { properties: ['security_profile', 'cors_origins'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: inSeconds(LIFETIMES.clockTolerance),
    conformIdTokenClaims: true,
    cookies: {
      keys: needs.cookieKeys,
      names: {
        // No other host may set these (RFC 6265bis section 4.1.3). Two have a path, which `__Host-` does not allow.
        session: isSecure ? '__Host-panjereh' : 'panjereh',
        interaction: isSecure ? '__Secure-panjereh_step' : 'panjereh_step',
        resume: isSecure ? '__Secure-panjereh_resume' : 'panjereh_resume',
      },
      long: cookie,
      short: cookie,
    },
    interactions: {
      policy: needs.prompts,
      url: (_ctx, interaction) => `/${STEP_OF_PROMPT[interaction.prompt.name] ?? 'sign-in'}/${interaction.uid}`,
    },
    discovery: {
      ui_locales_supported: ['fa', 'en'],
      claims_locales_supported: ['fa', 'en'],
      // OpenID Connect Core 1.0 section 5.6: our own, and those of sources with their signature.
      claim_types_supported: ['normal', 'aggregated'],
      ...VERIFIED_CLAIMS_METADATA,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      jwtUserinfo: { enabled: true },
      claimsParameter: { enabled: true, assertClaimsParameter: checkClaimsRequest },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...needs.pages.device },
      dPoP: { enabled: true, nonceSecret: needs.dpopSecret, requireNonce: () => false },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      fapi: { enabled: true, profile: (_ctx, client) => (client?.security_profile === 'fapi2' ? '2.0' : undefined) },
      introspection: { enabled: true, allowedPolicy: needs.mayIntrospect },
      jwtIntrospection: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: needs.resourceServerFor },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true, ...needs.pages.logout },
      backchannelLogout: { enabled: true },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    },
    renderError: needs.pages.renderError,
    fetch: needs.fetch,
    fetchResponseBodyLimits: { jwks_uri: 64 * 1024, sector_identifier_uri: 1 },
    ttl: {
      AuthorizationCode: inSeconds(LIFETIMES.authorizationCode),
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? inSeconds(LIFETIMES.accessToken),
      ClientCredentials: (_ctx, token) =>
        token.resourceServer?.accessTokenTTL ?? inSeconds(LIFETIMES.clientCredentials),
      IdToken: inSeconds(LIFETIMES.idToken),
      DeviceCode: inSeconds(LIFETIMES.deviceCode),
      RefreshToken: (ctx) => refreshTokenLifetime(ctx, needs.nowInSeconds()),
      Grant: (_ctx, grant) => grantLifetime(grant),
      Interaction: inSeconds(LIFETIMES.interaction),
      Session: (_ctx, session) =>
        sessionLifetime({
          isShared: session.transient === true,
          loginTs: session.loginTs,
          nowInSeconds: needs.nowInSeconds(),
        }),
    },
  };
}

/** Which page room answers which prompt. */
const STEP_OF_PROMPT: Readonly<Record<string, string>> = { login: 'sign-in', consent: 'consent' };

/** Never beyond its grant, without which it would be dead anyway. */
function refreshTokenLifetime(ctx: KoaContextWithOIDC, nowInSeconds: number): number {
  const idle = inSeconds(LIFETIMES.refreshTokenIdle);
  const grantEnds = ctx?.oidc?.entities.Grant?.exp;
  return grantEnds === undefined ? idle : Math.max(1, Math.min(idle, grantEnds - nowInSeconds));
}

function mutable(table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(table).map(([name, claims]) => [name, [...claims]]));
}
