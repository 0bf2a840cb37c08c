import { createLocalJWKSet, jwtVerify } from 'jose';
import type { SigningAlgorithm } from './cast.ts';
import { cast } from './cast.ts';
import type { Exchange } from './exchange.ts';
import { basicAuthorization, check, createExchange } from './exchange.ts';
import type { Operation } from './generate.ts';
import type { Side } from './side.ts';
import type { KeySet } from './single-sign-on.ts';
import { bearer, newAuthorizationRequest, readCode, readTokens, redeem, singleSignOn } from './single-sign-on.ts';

/** A relying party's and a resource's view of one side: everything but the citizen's typing. */
export type Visitor = {
  side: Side;
  exchange: Exchange;
  keySet: KeySet;
  accessTokens: readonly string[];
};

/** Made beforehand for `/userinfo` and `/introspect`: enough that no single record stays hot. */
const ACCESS_TOKENS = 500;

export async function createVisitor(side: Side, { connections }: { connections: number }): Promise<Visitor> {
  const exchange = createExchange(side, { connections });
  const jwks = await exchange.send({ method: 'GET', path: '/jwks' });
  check(jwks, '/jwks', 200);
  const keySet = createLocalJWKSet(JSON.parse(jwks.body));
  const accessTokens = [];
  for (let index = 0; index < ACCESS_TOKENS; index += 1)
    accessTokens.push(await obtainAccessToken({ side, exchange, index }));
  return { side, exchange, keySet, accessTokens };
}

/** W1: a token that any resource can check by itself; verified once in a hundred, because the generator is not what is measured. */
export function clientCredentials({ side, exchange, keySet }: Visitor, algorithm: SigningAlgorithm): Operation {
  const headers = basicAuthorization(cast.relyingParties.machine, cast.clientSecret);
  const resource = cast.resources[algorithm];
  let made = 0;
  return async () => {
    const reply = await exchange.send({
      method: 'POST',
      path: '/token',
      headers,
      form: {
        grant_type: 'client_credentials',
        resource,
        scope: cast.resourceScope,
      },
    });
    check(reply, '/token', 200);
    const { access_token: token } = readTokens(reply.body);
    if (made++ % 100 !== 0) return;
    await jwtVerify(token, keySet, {
      issuer: side.issuer,
      audience: resource,
      algorithms: [algorithm.toUpperCase()],
    });
  };
}

export function ssoWith(algorithm: SigningAlgorithm): (visitor: Visitor) => Operation {
  return (visitor) => singleSignOn(visitor, algorithm);
}

/** W4: each refresh token is used once and replaced by its successor. */
export function refresh({ side, exchange }: Visitor): Operation {
  const headers = basicAuthorization(cast.relyingParties.rs256, cast.clientSecret);
  const waiting = side.refreshTokens;
  return async () => {
    const presented = waiting.shift();
    if (presented === undefined) throw new Error('no refresh token left');
    const reply = await exchange.send({
      method: 'POST',
      path: '/token',
      headers,
      form: { grant_type: 'refresh_token', refresh_token: presented },
    });
    check(reply, '/token', 200);
    const { refresh_token: successor } = readTokens(reply.body);
    if (successor === undefined || successor === presented)
      throw new Error('/token: the refresh token was not rotated');
    waiting.push(successor);
  };
}

/** W5: the relying party asks about a token of its own. */
export function introspect({ exchange, accessTokens }: Visitor): Operation {
  const headers = basicAuthorization(cast.relyingParties.rs256, cast.clientSecret);
  let next = 0;
  return async () => {
    const token = accessTokens[next++ % accessTokens.length] ?? '';
    const reply = await exchange.send({
      method: 'POST',
      path: '/introspect',
      headers,
      form: { token },
    });
    check(reply, '/introspect', 200);
    if (!reply.body.includes('"active":true')) throw new Error('/introspect: not active');
  };
}

/** W6. */
export function userinfo({ exchange, accessTokens }: Visitor): Operation {
  let next = 0;
  return async () => {
    const token = accessTokens[next++ % accessTokens.length] ?? '';
    const reply = await exchange.send({
      method: 'GET',
      path: '/userinfo',
      headers: bearer(token),
    });
    check(reply, '/userinfo', 200);
    if (!reply.body.includes('"sub":')) throw new Error('/userinfo: no subject');
  };
}

/** W7. */
export function fetchDocument(path: string, mustHold: string): (visitor: Visitor) => Operation {
  return ({ exchange }) =>
    async () => {
      const reply = await exchange.send({ method: 'GET', path });
      check(reply, path, 200);
      if (!reply.body.includes(mustHold)) throw new Error(`${path}: "${mustHold}" is missing`);
    };
}

async function obtainAccessToken({ side, exchange, index }: { side: Side; exchange: Exchange; index: number }) {
  const request = newAuthorizationRequest('rs256');
  const cookie = side.sessionCookies[index % side.sessionCookies.length] ?? '';
  const answer = await exchange.send({
    method: 'GET',
    path: request.path,
    headers: { cookie },
  });
  const code = readCode(answer.location, { side, state: request.state });
  const tokens = await redeem({
    exchange,
    algorithm: 'rs256',
    code,
    verifier: request.verifier,
  });
  return tokens.access_token;
}
