import { createRemoteJWKSet, type JWTVerifyGetKey, customFetch as joseFetch } from 'jose';
import * as oidc from 'openid-client';
import type { Clock } from '#platform/clock.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import { PROTOCOL_PATHS } from '#protocol/configuration.ts';
import { CONSOLE_ACR, CONSOLE_CLIENT_ID, CONSOLE_MAX_AGE, CONSOLE_PATHS } from '#protocol/console-client.ts';
import type { ConsoleKeys } from './console-keys.ts';
import { checkIdToken } from './id-token.ts';
import type { PendingSignIn } from './pending-sign-ins.ts';

export type ConsoleRelyingParty = ReturnType<typeof createConsoleRelyingParty>;

type Needs = { issuer: string; keys: ConsoleKeys; fetch: OutboundFetch; clock: Clock };

/** Every ID token and logout token of this provider, unless a relying party asks for something else. */
export const SIGNED_WITH = 'ES256';

/**
 * The console as a relying party of this provider, with openid-client: it knows of the provider what discovery would
 * tell it, and trusts a token by its signature alone.
 */
export function createConsoleRelyingParty({ issuer, keys, fetch, clock }: Needs) {
  const at = (path: string) => `${issuer}${path}`;
  const redirectUri = at(CONSOLE_PATHS.arrive);
  const config = new oidc.Configuration(
    {
      issuer,
      authorization_endpoint: at(PROTOCOL_PATHS.authorization),
      token_endpoint: at(PROTOCOL_PATHS.token),
      jwks_uri: at(PROTOCOL_PATHS.jwks),
      end_session_endpoint: at(PROTOCOL_PATHS.end_session),
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: [SIGNED_WITH],
    },
    CONSOLE_CLIENT_ID,
    { id_token_signed_response_alg: SIGNED_WITH },
    oidc.PrivateKeyJwt(keys.signing),
  );
  config[oidc.customFetch] = (url, { headers, body, method, signal }) =>
    fetch(url, {
      headers,
      method,
      ...(body instanceof URLSearchParams || typeof body === 'string' ? { body } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
  oidc.enableNonRepudiationChecks(config);
  // The demo and the tests alone have an issuer without TLS; the settings refuse one in production.
  if (issuer.startsWith('http://')) oidc.allowInsecureRequests(config);

  /** Of the provider, fetched as every relying party would. */
  const signingKeys: JWTVerifyGetKey = createRemoteJWKSet(new URL(at(PROTOCOL_PATHS.jwks)), {
    [joseFetch]: (url, { headers, method, signal }) => fetch(url, { headers, method, signal }),
  });

  return {
    signingKeys,

    /** Where the browser is sent, and what to expect of its return. */
    async begin({
      target,
      uiLocales,
    }: {
      target: string;
      uiLocales: string;
    }): Promise<{ href: string; pending: PendingSignIn }> {
      const pending = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        target,
      };
      const { href } = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        claims: JSON.stringify({ id_token: { acr: { essential: true, values: [CONSOLE_ACR] } } }),
        max_age: String(CONSOLE_MAX_AGE),
        ui_locales: uiLocales,
      });
      return { href, pending };
    },

    /** @throws what openid-client throws, and IdTokenRefused */
    async finish(answer: URLSearchParams, { state, nonce, verifier }: PendingSignIn) {
      const tokens = await oidc.authorizationCodeGrant(config, new URL(`${redirectUri}?${answer}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('there is no ID token');
      return checkIdToken(tokens.id_token, claims, {
        nonce,
        acr: CONSOLE_ACR,
        maxAge: CONSOLE_MAX_AGE,
        accessToken: tokens.access_token,
        now: clock.now(),
      });
    },

    /** OpenID Connect RP-Initiated Logout 1.0: the provider asks whether all sessions shall end, and leads back here. */
    signOutHref: ({ uiLocales }: { uiLocales: string }): string =>
      oidc.buildEndSessionUrl(config, {
        post_logout_redirect_uri: at(CONSOLE_PATHS.signedOut),
        ui_locales: uiLocales,
      }).href,
  };
}
