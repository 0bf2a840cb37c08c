import * as oidc from 'openid-client';
import { type Browser, createBrowser, signInAndConsent } from './browser.ts';
import type { TestProvider } from './provider.ts';

/** A relying party of the tests, written with openid-client as a university would. */
export type TestRelyingParty = {
  config: oidc.Configuration;
  clientId: string;
  redirectUri: string;
  /** An authorization request, and what to do with its answer. */
  begin(extra?: Record<string, string>, options?: { usePar?: boolean; dpop?: oidc.DPoPHandle }): Promise<Begun>;
  /** The whole way with a fresh browser, or with this one. */
  signIn(options?: {
    browser?: Browser;
    extra?: Record<string, string>;
    citizen?: number;
    usePar?: boolean;
    dpop?: oidc.DPoPHandle;
  }): Promise<Tokens>;
};

export type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
type Begun = { url: string; verifier: string; finish(callback: URL): Promise<Tokens> };

const REDIRECT = 'https://university.example/callback';
export const SECRET = 'a-secret-of-the-tests-of-more-than-32-characters';

type Registration = {
  clientId: string;
  metadata?: Record<string, unknown>;
  method?: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'none';
  rest?: Partial<Parameters<TestProvider['register']>[0]>;
};

export async function createRelyingParty(
  provider: Pick<TestProvider, 'issuer' | 'register' | 'citizens' | 'password'>,
  { clientId, metadata = {}, method = 'client_secret_basic', rest = {} }: Registration,
): Promise<TestRelyingParty> {
  await provider.register({
    clientId,
    ...(method === 'none' ? {} : { clientSecret: SECRET }),
    ...rest,
    metadata: {
      redirect_uris: [REDIRECT],
      post_logout_redirect_uris: ['https://university.example/signed-out'],
      token_endpoint_auth_method: method,
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    },
  });
  const config = await oidc.discovery(new URL(provider.issuer), clientId, {}, authenticationBy(method), {
    execute: [oidc.allowInsecureRequests],
  });

  async function begin(
    extra: Record<string, string> = {},
    { usePar = false, dpop }: { usePar?: boolean; dpop?: oidc.DPoPHandle } = {},
  ): Promise<Begun> {
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
    const url = usePar
      ? await oidc.buildAuthorizationUrlWithPAR(config, parameters, ...(dpop === undefined ? [] : [{ DPoP: dpop }]))
      : oidc.buildAuthorizationUrl(config, parameters);
    return {
      url: url.href,
      verifier,
      finish: (callback) =>
        oidc.authorizationCodeGrant(
          config,
          callback,
          { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state },
          {},
          ...(dpop === undefined ? [] : [{ DPoP: dpop }]),
        ),
    };
  }

  return {
    config,
    clientId,
    redirectUri: REDIRECT,
    begin,
    async signIn({ browser = createBrowser(), extra = {}, citizen = 0, ...options } = {}) {
      const who = provider.citizens[citizen];
      if (who === undefined) throw new Error(`there is no demo citizen ${citizen}`);
      const { url, finish } = await begin(extra, options);
      return finish(
        await signInAndConsent(browser, {
          authorizationUrl: url,
          nationalCode: who.nationalCode,
          password: provider.password,
        }),
      );
    },
  };
}

/** The error code that the protocol answered with. */
export async function errorOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof oidc.ResponseBodyError) return error.error;
    if (error instanceof oidc.WWWAuthenticateChallengeError) return error.cause[0]?.parameters.error ?? 'challenge';
    throw error;
  }
  return 'accepted';
}

function authenticationBy(method: NonNullable<Registration['method']>): oidc.ClientAuth {
  switch (method) {
    case 'client_secret_basic':
      return oidc.ClientSecretBasic(SECRET);
    case 'client_secret_post':
      return oidc.ClientSecretPost(SECRET);
    case 'client_secret_jwt':
      return oidc.ClientSecretJwt(SECRET);
    case 'none':
      return oidc.None();
  }
}
