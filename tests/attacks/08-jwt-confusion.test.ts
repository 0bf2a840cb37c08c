import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import {
  base64url,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { type Answer, ask, errorIn, post } from './hostile-requests.ts';

/** Client assertions and hints that are not what they say: another algorithm, another key, a key they bring along. */
let provider: TestProvider;
let own: { privateKey: CryptoKey; publicJwk: JWK };
let foreign: { privateKey: CryptoKey; publicJwk: JWK };
let university: TestRelyingParty;

const now = () => Math.floor(systemClock.now() / 1000);
const encode = (value: unknown) => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));

async function newPair() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'own' } };
}

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  [own, foreign] = await Promise.all([newPair(), newPair()]);
  const grants = { grant_types: ['authorization_code'], redirect_uris: ['https://university.example/callback'] };
  await provider.register({
    clientId: 'signs',
    metadata: { ...grants, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [own.publicJwk] } },
  });
  await provider.register({
    clientId: 'macs',
    clientSecret: SECRET,
    metadata: { ...grants, token_endpoint_auth_method: 'client_secret_jwt' },
  });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

/** /par tells most directly whether the client was believed. The client that a request names is the one it claims to come from. */
function present(assertion: string, more: Record<string, string> = {}): Promise<Answer> {
  return post(`${provider.issuer}/par`, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    client_id: claimedBy(assertion),
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'https://university.example/callback',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    ...more,
  });
}

function claimedBy(assertion: string): string {
  return String(JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()).sub);
}

const claims = (clientId: string) => ({
  iss: clientId,
  sub: clientId,
  aud: provider.issuer,
  jti: randomUUID(),
  iat: now(),
  exp: now() + 60,
});
const signed = (key: CryptoKey, header: Partial<JWTHeaderParameters> = {}, change: Record<string, unknown> = {}) =>
  new SignJWT({ ...claims('signs'), ...change }).setProtectedHeader({ alg: 'ES256', kid: 'own', ...header }).sign(key);
const maced = (secret: string | Buffer, header: object, payload: object | string) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

async function signedText(header: string, payload: string): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, own.privateKey, new TextEncoder().encode(input));
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
}

test('control: an honest assertion of each kind is believed, once', async () => {
  for (const honest of [await signed(own.privateKey), maced(SECRET, { alg: 'HS256' }, claims('macs'))]) {
    expect((await present(honest)).status).toBe(201);
    expect(errorIn(await present(honest))).toBe('invalid_client');
  }
});

test('64 uses of one assertion at once: one is believed', async () => {
  const assertion = await signed(own.privateKey);
  const answers = await Promise.all(Array.from({ length: 64 }, () => present(assertion)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

test('an assertion without a jti, or with one that is not text, is refused', async () => {
  for (const jti of [undefined, '', 7, ['a']])
    expect(errorIn(await present(await signed(own.privateKey, {}, { jti })))).toBe('invalid_client');
});

describe('an assertion', () => {
  const publicPem = () =>
    createPublicKey({ key: own.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const publicDer = () =>
    createPublicKey({ key: own.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });

  test.each<[string, () => string | Promise<string>]>([
    ['of alg none', () => `${encode({ alg: 'none' })}.${encode(claims('signs'))}.`],
    ['of alg None', () => `${encode({ alg: 'None' })}.${encode(claims('signs'))}.`],
    [
      'of alg none with a signature',
      async () => `${encode({ alg: 'none' })}.${(await signed(own.privateKey)).split('.').slice(1).join('.')}`,
    ],
    ['without alg', () => `${encode({})}.${encode(claims('signs'))}.`],
    ['without a signature', async () => `${(await signed(own.privateKey)).split('.').slice(0, 2).join('.')}.`],
    ['MACed with the public key as PEM', () => maced(String(publicPem()), { alg: 'HS256' }, claims('signs'))],
    ['MACed with the public key as DER', () => maced(publicDer(), { alg: 'HS256' }, claims('signs'))],
    ['MACed with the public key as JWK', () => maced(JSON.stringify(own.publicJwk), { alg: 'HS256' }, claims('signs'))],
    ['MACed with an empty secret', () => maced('', { alg: 'HS256' }, claims('macs'))],
    ['of HS256 called HS512', () => maced(SECRET, { alg: 'HS512' }, claims('macs'))],
    ['signed where a MAC is due', () => signed(foreign.privateKey, {}, { iss: 'macs', sub: 'macs' })],
    ['signed by a stranger', () => signed(foreign.privateKey)],
    ['with an embedded jwk', () => signed(foreign.privateKey, { jwk: foreign.publicJwk })],
    ['with a jku', () => signed(foreign.privateKey, { jku: 'https://evil.example/jwks' })],
    ['with an x5u', () => signed(foreign.privateKey, { x5u: 'https://evil.example/cert' })],
    ['with an x5c', () => signed(foreign.privateKey, { x5c: ['MIIB'] })],
    ['with a kid that is a path', () => signed(foreign.privateKey, { kid: '../../../dev/null' })],
    [
      'with a crit nobody knows',
      () =>
        signedText(JSON.stringify({ alg: 'ES256', kid: 'own', crit: ['x'], x: 1 }), JSON.stringify(claims('signs'))),
    ],
    [
      'with an empty crit',
      () => signedText(JSON.stringify({ alg: 'ES256', kid: 'own', crit: [] }), JSON.stringify(claims('signs'))),
    ],
    ['whose alg is said twice', () => signedText('{"alg":"ES256","alg":"none"}', JSON.stringify(claims('signs')))],
    [
      'whose sub is said twice',
      () =>
        signedText(
          '{"alg":"ES256"}',
          JSON.stringify(claims('signs')).replace('"sub":', '"sub":"signs","sub":"university","x":'),
        ),
    ],
    ['for another issuer', () => signed(own.privateKey, {}, { aud: 'https://other.example' })],
    ['without an audience', () => signed(own.privateKey, {}, { aud: undefined })],
    ['that is over', () => signed(own.privateKey, {}, { iat: now() - 600, exp: now() - 60 })],
    ['without an end', () => signed(own.privateKey, {}, { exp: undefined })],
    ['that is not valid yet', () => signed(own.privateKey, {}, { nbf: now() + 300 })],
    ['about somebody else', () => signed(own.privateKey, {}, { sub: 'university' })],
    ['by somebody else', () => signed(own.privateKey, {}, { iss: 'university' })],
  ])('%s is refused', async (_what, forge) => {
    const answer = await present(await forge());
    expect(answer.body).toMatchObject({ error: 'invalid_client' });
  });

  test('whose signature has one bit changed anywhere is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await signed(own.privateKey)).split('.');
    for (const at of [0, 20, 31, 32, 50, 63]) {
      const bytes = Buffer.from(signature, 'base64url');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(errorIn(await present(`${header}.${payload}.${bytes.toString('base64url')}`))).toBe('invalid_client');
    }
    const zeros = Buffer.alloc(64).toString('base64url');
    expect(errorIn(await present(`${header}.${payload}.${zeros}`))).toBe('invalid_client');
  });

  test('beside another kind of authentication is refused', async () => {
    expect(
      (await present(await signed(own.privateKey), { client_id: 'university', client_secret: SECRET })).status,
    ).toBe(400);
  });
});

test('a forged id_token_hint names nobody, and an id token is no access token', async () => {
  const { id_token: idToken = '', access_token } = await university.signIn();
  const [, payload = '', signature = ''] = idToken.split('.');
  const hints = [
    `${encode({ alg: 'none' })}.${payload}.`,
    `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
    maced(SECRET, { alg: 'HS256' }, Buffer.from(payload, 'base64url').toString()),
    await new SignJWT({ ...claims('university'), iss: provider.issuer, aud: 'university' })
      .setProtectedHeader({ alg: 'ES256', jwk: foreign.publicJwk })
      .sign(foreign.privateKey),
  ];
  const hinted = (path: string, hint: string) =>
    ask(`${provider.issuer}${path}${path.includes('?') ? '&' : '?'}id_token_hint=${hint}`);
  const { url } = await university.begin({ prompt: 'none' });
  const authorize = url.slice(provider.issuer.length);
  for (const hint of hints) {
    expect((await hinted('/logout', hint)).status).toBe(400);
    expect((await hinted(authorize, hint)).headers.get('location')).toContain('error=invalid_request');
  }
  expect((await hinted('/logout', idToken)).status).toBe(200);

  const userinfo = (token: string) =>
    ask(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  expect((await userinfo(idToken)).status).toBe(401);
  expect((await userinfo(access_token)).status).toBe(200);
});
