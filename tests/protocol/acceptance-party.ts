import * as oidc from 'openid-client';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import type { TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** A careful relying party on openid-client that is pointed at its acceptance issuer: one setting, the issuer. */
export type AcceptanceParty = {
  config: oidc.Configuration;
  clientId: string;
  issuer: string;
  begin(extra?: Record<string, string>, options?: { usePar?: boolean; dpop?: oidc.DPoPHandle }): Promise<Begun>;
  /** The whole way; what comes back is what the browser brought, and what the library makes of it. */
  signIn(
    options?: Parameters<AcceptanceParty['begin']>[1] & { extra?: Record<string, string>; browser?: Browser },
  ): Promise<{
    callback: URL;
    tokens: Tokens;
  }>;
};

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
type Begun = { url: string; verifier: string; nonce: string; finish(callback: URL): Promise<Tokens> };

const REDIRECT = 'https://university.example/callback';

type Registration = {
  clientId: string;
  metadata?: Record<string, unknown>;
  rest?: Partial<Parameters<TestProvider['register']>[0]>;
  authentication?: oidc.ClientAuth;
  /** A relying party that keeps no other than this promise: what it believes without checking shows what the checks are worth. */
  isCareless?: boolean;
};

export async function createAcceptanceParty(
  provider: Pick<TestProvider, 'services' | 'register'>,
  { clientId, metadata = {}, rest = {}, authentication = oidc.ClientSecretBasic(SECRET), isCareless }: Registration,
): Promise<AcceptanceParty> {
  await provider.register({
    clientId,
    ...(metadata.token_endpoint_auth_method === undefined ? { clientSecret: SECRET } : {}),
    ...rest,
    metadata: {
      redirect_uris: [REDIRECT],
      post_logout_redirect_uris: ['https://university.example/signed-out'],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    },
  });
  return pointAtAcceptance(provider, { clientId, authentication, ...(isCareless === undefined ? {} : { isCareless }) });
}

/** The same relying party once more, as it is after a start: it has read no keys yet. */
async function pointAtAcceptance(
  { services }: Pick<TestProvider, 'services'>,
  {
    clientId,
    authentication = oidc.ClientSecretBasic(SECRET),
    isCareless = false,
  }: Pick<Registration, 'clientId' | 'authentication' | 'isCareless'>,
): Promise<AcceptanceParty> {
  const issuer = services.acceptance.issuers.issuerOf(clientId);
  const config = await oidc.discovery(new URL(issuer), clientId, {}, authentication, {
    execute: [oidc.allowInsecureRequests, ...(isCareless ? [] : [oidc.enableNonRepudiationChecks])],
  });

  const begin: AcceptanceParty['begin'] = async (extra = {}, { usePar = false, dpop } = {}) => {
    const verifier = oidc.randomPKCECodeVerifier();
    const nonce = oidc.randomNonce();
    const state = oidc.randomState();
    const parameters = {
      redirect_uri: REDIRECT,
      scope: 'openid profile',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      state,
      ...extra,
    };
    const proof = dpop === undefined ? [] : [{ DPoP: dpop }];
    const url = usePar
      ? await oidc.buildAuthorizationUrlWithPAR(config, parameters, ...proof)
      : oidc.buildAuthorizationUrl(config, parameters);
    return {
      url: url.href,
      verifier,
      nonce,
      finish: (callback) =>
        oidc.authorizationCodeGrant(
          config,
          callback,
          { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state },
          {},
          ...proof,
        ),
    };
  };

  return {
    config,
    clientId,
    issuer,
    begin,
    async signIn({ extra, browser, ...options } = {}) {
      const { url, finish } = await begin(extra, options);
      const callback = await callbackOf(url, browser);
      return { callback, tokens: await finish(callback) };
    },
  };
}

/** Follows redirects as the runner does: nobody is asked for anything. */
export async function callbackOf(url: string, browser = createBrowser()): Promise<URL> {
  const page = await browser.open(url, { stayAt: new URL(url).origin });
  if (page.leadsTo === undefined)
    throw new Error(`ended at ${page.url} (${page.status}): ${page.text.replace(/<[^>]*>|\s+/g, ' ').slice(-600)}`);
  return new URL(page.leadsTo);
}

export async function keySetOf(issuer: string): Promise<{ keys: Record<string, string>[] }> {
  const response = await fetch(`${issuer}/jwks`);
  return (await response.json()) as { keys: Record<string, string>[] };
}
