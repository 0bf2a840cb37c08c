import * as oidc from 'openid-client';
import { checkIdToken } from './id-token.ts';
import type { PendingSignIn } from './pending-sign-ins.ts';
import type { Provider } from './provider.ts';
import type { NewSession, Session } from './sessions.ts';
import type { UniversitySettings } from './settings.ts';

type Own = Pick<UniversitySettings, 'url' | 'issuer' | 'clientId' | 'idTokenAlg' | 'scope' | 'acrValues'> & {
  now: () => number;
};

/** When and how strongly somebody signed in is only said when asked for (OpenID Connect Core 1.0 section 5.5). */
const CLAIMS = { id_token: { auth_time: null, acr: null } };

type SignInStart = { address: URL; state: string; nonce: string; codeVerifier: string };

/** Where to send the browser, and what to keep until it returns. */
export async function startSignIn(
  { configuration }: Provider,
  {
    own,
    language,
    loginHint,
    staysConnected,
  }: { own: Own; language: string; loginHint: string | undefined; staysConnected: boolean },
): Promise<SignInStart> {
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const codeVerifier = oidc.randomPKCECodeVerifier();
  const address = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: `${own.url}/callback`,
    scope: staysConnected ? `${own.scope} offline_access` : own.scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ui_locales: language,
    claims: JSON.stringify(CLAIMS),
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
    // OpenID Connect Core 1.0 section 11: offline access needs the person's consent each time it is asked for.
    ...(staysConnected ? { prompt: 'consent' } : {}),
    ...(own.acrValues.length === 0 ? {} : { acr_values: own.acrValues.join(' ') }),
  });
  return { address, state, nonce, codeVerifier };
}

/** Exchanges the code; everything that does not fit throws, and nobody is signed in. */
export async function finishSignIn(
  { configuration, keys }: Provider,
  { own, query, state, pending }: { own: Own; query: string; state: string; pending: PendingSignIn },
): Promise<NewSession> {
  const callback = new URL(`${own.url}/callback`);
  callback.search = query;
  const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: pending.nonce,
    pkceCodeVerifier: pending.codeVerifier,
    idTokenExpected: true,
  });
  const idToken = tokens.id_token ?? '';
  const claims = await checkIdToken(idToken, {
    ...own,
    alg: own.idTokenAlg,
    keys,
    accessToken: tokens.access_token,
    nonce: pending.nonce,
  });
  const sub = claims.sub ?? '';
  return {
    sub,
    sid: typeof claims.sid === 'string' ? claims.sid : undefined,
    idToken,
    idTokenClaims: claims,
    userinfo: await oidc.fetchUserInfo(configuration, tokens.access_token, sub),
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
  };
}

/** Fresh tokens and claims for somebody who is signed in with offline access. */
export async function refreshSignIn(
  { configuration, keys }: Provider,
  { own, session, refreshToken }: { own: Own; session: Session; refreshToken: string },
): Promise<Partial<Omit<NewSession, 'sub' | 'sid'>>> {
  const tokens = await oidc.refreshTokenGrant(configuration, refreshToken);
  const accessToken = tokens.access_token;
  const renewed = {
    accessToken,
    refreshToken: tokens.refresh_token ?? refreshToken,
    userinfo: await oidc.fetchUserInfo(configuration, accessToken, session.sub),
  };
  const idToken = tokens.id_token;
  if (idToken === undefined) return renewed;
  const claims = await checkIdToken(idToken, { ...own, alg: own.idTokenAlg, keys, accessToken });
  if (claims.sub !== session.sub) throw new Error('the refreshed ID token is about somebody else');
  return { ...renewed, idToken, idTokenClaims: claims };
}

/** OpenID Connect RP-Initiated Logout 1.0 section 2. */
export function signOutAddress(
  { configuration }: Provider,
  { own, session, language }: { own: Own; session: Session; language: string },
): URL {
  return oidc.buildEndSessionUrl(configuration, {
    id_token_hint: session.idToken,
    post_logout_redirect_uri: `${own.url}/signed-out`,
    ui_locales: language,
  });
}
