import { createHash, randomBytes } from 'node:crypto';
import type { createLocalJWKSet, JWTPayload } from 'jose';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { SigningAlgorithm } from './cast.ts';
import { cast } from './cast.ts';
import type { Exchange } from './exchange.ts';
import { basicAuthorization, check } from './exchange.ts';
import type { Operation } from './generate.ts';
import type { Side } from './side.ts';

export type KeySet = ReturnType<typeof createLocalJWKSet>;
export type Tokens = z.infer<typeof tokenReply>;

const tokenReply = z.object({
  access_token: z.string(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
});

type AuthorizationRequest = {
  path: string;
  state: string;
  nonce: string;
  verifier: string;
};

/** RFC 7636 with S256, and fresh state and nonce, as a careful relying party sends them. */
export function newAuthorizationRequest(
  algorithm: SigningAlgorithm,
  extra: Record<string, string> = {},
): AuthorizationRequest {
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  const query = new URLSearchParams({
    client_id: cast.relyingParties[algorithm],
    response_type: 'code',
    scope: cast.scope,
    redirect_uri: cast.redirectUri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  return { path: `/auth?${query}`, state, nonce, verifier };
}

/** W2: from `/auth` with a session cookie to the claims of `/userinfo`, the ID token verified in between. */
export function singleSignOn(
  { side, exchange, keySet }: { side: Side; exchange: Exchange; keySet: KeySet },
  algorithm: SigningAlgorithm,
): Operation {
  let next = 0;
  return async (note) => {
    const cookie = side.sessionCookies[next++ % side.sessionCookies.length] ?? '';
    const request = newAuthorizationRequest(algorithm);

    const authAt = performance.now();
    const answer = await exchange.send({
      method: 'GET',
      path: request.path,
      headers: { cookie },
    });
    note('/auth', authAt);
    check(answer, '/auth', 303);
    const code = readCode(answer.location, { side, state: request.state });

    const tokenAt = performance.now();
    const tokens = await redeem({
      exchange,
      algorithm,
      code,
      verifier: request.verifier,
    });
    note('/token', tokenAt);
    const idToken = await verifyIdToken(tokens, {
      side,
      keySet,
      algorithm,
      nonce: request.nonce,
    });

    const userinfoAt = performance.now();
    const userinfo = await exchange.send({
      method: 'GET',
      path: '/userinfo',
      headers: bearer(tokens.access_token),
    });
    note('/userinfo', userinfoAt);
    check(userinfo, '/userinfo', 200);
    if (!userinfo.body.includes(`"${idToken.sub}"`)) throw new Error('/userinfo: another subject than the ID token');
  };
}

/** RFC 6749 section 4.1.2 and RFC 9207: the state is ours and the issuer is the one that was asked. */
export function readCode(location: string | undefined, { side, state }: { side: Side; state: string }): string {
  if (location === undefined || !location.startsWith(`${cast.redirectUri}?`)) {
    throw new Error(
      `/auth: sent to ${String(location)
        .replace(/[\w-]{20,}/g, '…')
        .slice(0, 200)}`,
    );
  }
  const answered = new URL(location).searchParams;
  const code = answered.get('code');
  if (code === null) throw new Error(`/auth: ${answered.get('error')} ${answered.get('error_description')}`);
  if (answered.get('state') !== state || answered.get('iss') !== side.issuer)
    throw new Error('/auth: wrong state or iss');
  return code;
}

export async function redeem({
  exchange,
  algorithm,
  code,
  verifier,
}: {
  exchange: Exchange;
  algorithm: SigningAlgorithm;
  code: string;
  verifier: string;
}): Promise<Tokens> {
  const reply = await exchange.send({
    method: 'POST',
    path: '/token',
    headers: basicAuthorization(cast.relyingParties[algorithm], cast.clientSecret),
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: cast.redirectUri,
      code_verifier: verifier,
    },
  });
  check(reply, '/token', 200);
  return tokenReply.parse(JSON.parse(reply.body));
}

/** OpenID Connect Core section 3.1.3.7. */
export async function verifyIdToken(
  tokens: Tokens,
  expected: {
    side: Side;
    keySet: KeySet;
    algorithm: SigningAlgorithm;
    nonce: string;
  },
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(tokens.id_token ?? '', expected.keySet, {
    issuer: expected.side.issuer,
    audience: cast.relyingParties[expected.algorithm],
    algorithms: [expected.algorithm.toUpperCase()],
    requiredClaims: ['sub', 'exp', 'iat'],
  });
  if (payload.nonce !== expected.nonce) throw new Error('ID token: wrong nonce');
  return payload;
}

export function readTokens(body: string): Tokens {
  return tokenReply.parse(JSON.parse(body));
}

export function bearer(accessToken: string): Record<string, string> {
  return { authorization: `Bearer ${accessToken}` };
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
