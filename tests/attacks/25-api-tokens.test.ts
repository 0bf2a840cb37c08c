import { createHash, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type ApiService, askForToken, callApi, createApiService } from '#tests/support/api-service.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { inTurns } from './hostile-requests.ts';

/** Classes 16, 25, 26 and 28 at the API: what is nearly a token, or its proof. */
let provider: TestProvider;
let service: ApiService;
let token: string;
let mine: Pair;
let thiefs: Pair;

type Pair = { privateKey: CryptoKey; jwk: JWK };
const path = '/organisation';
const now = () => Math.floor(systemClock.now() / 1000);

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  service = await createApiService(provider, { clientId: 'service' });
  token = await service.token();
  [mine, thiefs] = await Promise.all([newPair(), newPair()]);
});
afterAll(() => provider.close());

async function newPair(): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

/** As many strangers as a test needs: the limit on them has a test of its own. */
async function present(authorization: string, headers: Record<string, string> = {}) {
  await provider.services.redis?.del('rate:api-strangers:127.0.0.1');
  return callApi(provider.issuer, { path, headers: { authorization, ...headers } });
}
/** Names and values as they stand on the wire, where a name may come twice. */
function withHeaders(...headers: string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const all = ['Host', new URL(provider.issuer).host, ...headers];
    httpRequest(`${provider.issuer}/api${path}`, { headers: all }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}
const statusOf = async (authorization: string) => (await present(authorization)).status;

describe('class 25: a token', () => {
  test('is whole or none: every truncation and every other letter is refused', async () => {
    const cuts = Array.from({ length: token.length - 1 }, (_, at) => [
      token.slice(0, at + 1),
      token.slice(at + 1),
    ]).flat();
    const last = token.at(-1) === 'A' ? 'B' : 'A';
    // Its last letter carries four bits that mean nothing: another spelling of the same bytes is refused, too.
    const spelt = ['B', 'C', 'D', 'Q', 'g', 'w', last].map((letter) => token.slice(0, -1) + letter);
    const spoilt = [...cuts, ...spelt, `${token}=`, `${token}.`, `${token}A`, token + token].filter(
      (one) => one !== token,
    );
    const statuses = await inTurns(spoilt, 8, (one) => statusOf(`Bearer ${one}`));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await statusOf(`Bearer ${token}`)).toBe(200);
  });

  test.each<[string, (token: string) => string]>([
    ['two spaces', (one) => `Bearer  ${one}`],
    ['a tab', (one) => `Bearer\t${one}`],
    ['no scheme', (one) => one],
    ['another scheme', (one) => `Basic ${one}`],
    ['something after it', (one) => `Bearer ${one} x`],
    ['a comma', (one) => `Bearer ${one}, Bearer ${one}`],
    ['quotes', (one) => `Bearer "${one}"`],
    ['a parameter', (one) => `Bearer token=${one}`],
  ])('is not taken with %s', async (_what, write) => {
    expect(await statusOf(write(token))).toBe(401);
  });

  test('is not taken from two headers at once, from the address, or from the body', async () => {
    expect(await withHeaders('Authorization', `Bearer ${token}`)).toBe(200);
    expect(await withHeaders('Authorization', `Bearer ${token}`, 'Authorization', 'Bearer x.y.z')).toBe(401);
    expect((await callApi(provider.issuer, { path: `${path}?access_token=${token}` })).status).toBe(401);
    const posted = await callApi(provider.issuer, {
      method: 'POST',
      path: '/organisation/domains',
      body: { access_token: token, domain: 'a.ac.ir' },
    });
    expect(posted.status).toBe(401);
  });

  test('of another kind, audience, issuer or key opens nothing', async () => {
    const { registry, signingKeys } = provider.services;
    await registry.resources.save({
      identifier: 'https://other.example/api',
      name: { fa: 'دیگر', en: 'Other' },
      scopes: ['other:read'],
      organisationId: 'service',
      accessTokenFormat: 'jwt',
      signingAlg: 'ES256',
      accessTokenTtlSeconds: 300,
    });
    const entry = await registry.relyingParties.find('service');
    if (entry === undefined) throw new Error('the test’s service is gone');
    const agreement = { ...entry.agreement, scopes: [...entry.agreement.scopes, 'other:read'] };
    await registry.relyingParties.save({ ...entry, agreement });
    const elsewhere = await askForToken(provider.issuer, {
      clientId: 'service',
      scopes: ['other:read'],
      resource: 'https://other.example/api',
    });
    expect(await statusOf(`Bearer ${elsewhere.access_token}`)).toBe(401);

    const active = signingKeys.current().algorithms.find(({ alg }) => alg === 'ES256')?.active;
    if (active?.privateKey === undefined) throw new Error('there is no key to sign with');
    const { kid, privateKey } = active;
    const claims = { sub: 'service', client_id: 'service', scope: 'api:organisation:read', jti: 'x' };
    const good = { iss: provider.issuer, aud: `${provider.issuer}/api`, iat: now(), exp: now() + 60, ...claims };
    const signed = (
      change: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
      key: typeof privateKey | CryptoKey = privateKey,
    ) =>
      new SignJWT({ ...good, ...change }).setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header }).sign(key);

    expect(await statusOf(`Bearer ${await signed()}`)).toBe(200);
    const hostile = await Promise.all([
      signed({ iss: `${provider.issuer}/` }),
      signed({ iss: `${provider.issuer}/acceptance/service` }),
      signed({ aud: provider.issuer }),
      signed({ aud: [`${provider.issuer}/api`, 'https://other.example/api'] }),
      signed({ aud: `${provider.issuer}/api/` }),
      signed({ exp: now() - 1 }),
      signed({ exp: undefined }),
      signed({ nbf: now() + 60 }),
      signed({ sub: provider.citizens[0]?.id }),
      signed({ client_id: undefined }),
      signed({ scope: ['api:organisation:read'] }),
      signed({ jti: undefined }),
      signed({ cnf: { 'x5t#S256': 'x' } }),
      signed({}, { typ: 'JWT' }),
      signed({}, { typ: 'logout+jwt' }),
      signed({}, { kid: undefined }),
      signed({}, { kid: 'another' }),
      signed({}, {}, mine.privateKey),
      signed({}, { kid: undefined, jwk: mine.jwk }, mine.privateKey),
    ]);
    const statuses = await inTurns(hostile, 4, (one) => statusOf(`Bearer ${one}`));
    expect(statuses).toEqual(hostile.map(() => 401));
  });
});

test('class 16: cookies open nothing, and no page of another site may call', async () => {
  const headers = { cookie: 'panjereh=x; panjereh_console=x', origin: 'https://evil.example' };
  expect((await callApi(provider.issuer, { path, headers })).status).toBe(401);
  const preflight = await callApi(provider.issuer, { method: 'OPTIONS', path, headers });
  expect([preflight.status, preflight.headers.get('allow')]).toEqual([405, 'GET']);
  const answer = await present(`Bearer ${token}`, headers);
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
  const allowed = [...preflight.headers.keys(), ...answer.headers.keys()].filter((name) =>
    name.startsWith('access-control'),
  );
  expect(allowed).toEqual([]);
});

describe('class 26: a token that is bound to a key', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const proof = (pair: Pair, url: string, method: string, extra: Record<string, unknown> = {}, typ = 'dpop+jwt') =>
    new SignJWT({ htm: method, htu: url, jti: randomUUID(), iat: now(), ...extra })
      .setProtectedHeader({ alg: 'ES256', typ, jwk: pair.jwk })
      .sign(pair.privateKey);
  let bound: string;
  let url: string;
  beforeAll(async () => {
    url = `${provider.issuer}/api${path}`;
    const dpop = await proof(mine, `${provider.issuer}/token`, 'POST');
    const answer = await askForToken(provider.issuer, {
      clientId: 'service',
      scopes: ['api:organisation:read'],
      headers: { dpop },
    });
    bound = String(answer.access_token);
  });
  const withProof = async (pair: Pair, extra: Record<string, unknown> = {}, at = url, method = 'GET') =>
    (await present(`DPoP ${bound}`, { dpop: await proof(pair, at, method, { ath: digest(bound), ...extra }) })).status;

  test('control: opens with its key', async () => {
    expect(await withProof(mine)).toBe(200);
    expect(await withProof(mine, { iat: now() - 50 })).toBe(200);
  });

  test('is no bearer token, and a bearer token is not bound by presenting it with a proof', async () => {
    const dpop = await proof(mine, url, 'GET', { ath: digest(bound) });
    expect((await present(`Bearer ${bound}`)).status).toBe(401);
    expect((await present(`Bearer ${bound}`, { dpop })).status).toBe(401);
    expect((await present(`DPoP ${bound}`)).status).toBe(401);
    const own = await proof(mine, url, 'GET', { ath: digest(token) });
    expect((await present(`DPoP ${token}`, { dpop: own })).status).toBe(401);
  });

  test('is refused with two proofs, though the first of them is right', async () => {
    const right = () => proof(mine, url, 'GET', { ath: digest(bound) });
    const authorization = ['Authorization', `DPoP ${bound}`];
    expect(await withHeaders(...authorization, 'DPoP', await right()), 'control').toBe(200);
    expect(await withHeaders(...authorization, 'DPoP', await right(), 'DPoP', 'x.y.z')).toBe(401);
  });

  test('is refused with another key, another call, another time, or a proof that was used', async () => {
    expect(await withProof(thiefs)).toBe(401);
    expect(await withProof(mine, { ath: digest('another') })).toBe(401);
    expect(await withProof(mine, { ath: undefined })).toBe(401);
    expect(await withProof(mine, {}, `${url}?x=y`)).toBe(401);
    expect(await withProof(mine, {}, `${provider.issuer}/api/relying-parties`)).toBe(401);
    expect(await withProof(mine, {}, url, 'POST')).toBe(401);
    expect(await withProof(mine, { iat: now() - 65 })).toBe(401);
    expect(await withProof(mine, { iat: now() + 65 })).toBe(401);
    const secret = { privateKey: mine.privateKey, jwk: await exportJWK(mine.privateKey) };
    expect(await withProof(secret), 'a proof that gives its key away').toBe(401);
    const asWhatever = await proof(mine, url, 'GET', { ath: digest(bound) }, 'JWT');
    expect((await present(`DPoP ${bound}`, { dpop: asWhatever })).status, 'another kind of JWT').toBe(401);
    const jti = randomUUID();
    const statuses = await Promise.all(Array.from({ length: 8 }, () => withProof(mine, { jti })));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });
});
