import { exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { type Browser, createBrowser, signInAndConsent } from './browser.ts';
import { ALL_CLAIMS, type TestProvider } from './provider.ts';

/**
 * A relying party written by hand on oauth4webapi: pushed requests, PKCE, private_key_jwt with its key registered
 * inline. It shares no line with the one on openid-client, so a mistake must be made twice to stay unseen.
 */
export type SecondRelyingParty = Awaited<ReturnType<typeof createSecondRelyingParty>>;

const REDIRECT = 'https://second.example/callback';

/** Told in the tests alone: the provider of a test listens on http. */
export const INSECURE = { [oauth.allowInsecureRequests]: true } as const;

type Registration = { clientId: string; securityProfile?: 'default' | 'fapi2'; scopes?: string[] };
type SignIn = {
  parameters?: Record<string, string>;
  dpop?: oauth.DPoPHandle;
  browser?: Browser;
  resource?: string;
  citizen?: number;
};

export async function createSecondRelyingParty(
  provider: TestProvider,
  { clientId, securityProfile = 'default', scopes = [] }: Registration,
) {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const kid = `${clientId}-key`;
  await provider.register({
    clientId,
    securityProfile,
    agreement: {
      claims: ALL_CLAIMS.map((claim) => ({
        claim,
        purpose: { fa: 'برای آزمون', en: 'for the test' },
        required: !claim.startsWith('phone'),
      })),
      scopes: ['openid', 'profile', 'phone', 'offline_access', ...scopes],
    },
    metadata: {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      grant_types: ['authorization_code', 'refresh_token'],
      jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid, use: 'sig', alg: 'ES256' }] },
    },
  });
  const issuer = new URL(provider.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  const client: oauth.Client = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt({ key: keys.privateKey, kid });

  /** What every request carries, and what is needed to believe the answer. */
  async function prepare(extra: Record<string, string> = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    const parameters = {
      client_id: clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid profile',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...extra,
    };
    return { verifier, state, nonce, parameters };
  }

  async function push(parameters: Record<string, string>, dpop?: oauth.DPoPHandle): Promise<string> {
    const response = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, {
      ...INSECURE,
      ...(dpop === undefined ? {} : { DPoP: dpop }),
    });
    const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client, response);
    return addressWith({ client_id: clientId, request_uri });
  }

  function addressWith(parameters: Record<string, string>): string {
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams(parameters).toString();
    return url.href;
  }

  /** Pushed request, sign-in, consent, code, tokens whose ID token was validated down to its signature. */
  async function signIn({ parameters: extra, dpop, browser = createBrowser(), resource, citizen = 0 }: SignIn = {}) {
    const wanted = await prepare({ ...extra, ...(resource === undefined ? {} : { resource }) });
    const who = provider.citizens[citizen];
    if (who === undefined) throw new Error(`there is no demo citizen ${citizen}`);
    const callback = await signInAndConsent(browser, {
      authorizationUrl: await push(wanted.parameters, dpop),
      nationalCode: who.nationalCode,
      password: provider.password,
    });
    const answer = oauth.validateAuthResponse(server, client, callback, wanted.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      answer,
      REDIRECT,
      wanted.verifier,
      {
        ...INSECURE,
        ...(dpop === undefined ? {} : { DPoP: dpop }),
        ...(resource === undefined ? {} : { additionalParameters: { resource } }),
      },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: wanted.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, INSECURE);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (claims === undefined) throw new Error('there is no ID token');
    return { tokens, claims };
  }

  return { server, client, authentication, clientId, redirectUri: REDIRECT, prepare, push, addressWith, signIn };
}
