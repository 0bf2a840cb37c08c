import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { type Answer, ask, errorIn, obtainCode, post } from './hostile-requests.ts';

/** A token bound to a key, in the hands of somebody who has the token, has seen proofs, and has not the key. */
type Pair = { privateKey: CryptoKey; publicJwk: JWK };
type Spoilt = { header?: Record<string, unknown>; claims?: Record<string, unknown> };

let provider: TestProvider;
let app: TestRelyingParty;
let mine: Pair;
let thiefs: Pair;
const browser = createBrowser();
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

/** RFC 9449 section 11.1 leaves the window to the server; the library's is five minutes. */
const WINDOW = 300;
const now = () => Math.floor(systemClock.now() / 1000);

async function newPair(): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, publicJwk: await exportJWK(publicKey) };
}

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  app = await createRelyingParty(provider, {
    clientId: 'app',
    method: 'none',
    metadata: { application_type: 'native' },
  });
  [mine, thiefs] = await Promise.all([newPair(), newPair()]);
});
afterAll(() => provider.close());

const proof = (pair: Pair, at: { method: string; path: string }, { header = {}, claims = {} }: Spoilt = {}) =>
  new SignJWT({ htm: at.method, htu: provider.issuer + at.path, jti: randomUUID(), iat: now(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: pair.publicJwk, ...header })
    .sign(pair.privateKey);

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

async function token(fields: Record<string, string>, pair: Pair | undefined, spoilt?: Spoilt): Promise<Answer> {
  const headers = pair === undefined ? {} : { dpop: await proof(pair, { method: 'POST', path: '/token' }, spoilt) };
  return post(`${provider.issuer}/token`, { ...fields, client_id: 'app' }, headers);
}

async function boundTokens(): Promise<{ access: string; refresh: string }> {
  const { fields } = await obtainCode(provider, app, { browser, extra: offline });
  const { body } = await token(fields, mine);
  expect(body.token_type).toBe('DPoP');
  return { access: String(body.access_token), refresh: String(body.refresh_token) };
}

async function userinfo(access: string, pair: Pair, spoilt: Spoilt = {}): Promise<Answer> {
  const at = { method: 'GET', path: '/userinfo' };
  const dpop = await proof(pair, at, { ...spoilt, claims: { ath: hashOf(access), ...spoilt.claims } });
  return ask(`${provider.issuer}/userinfo`, { headers: { authorization: `DPoP ${access}`, dpop } });
}

describe('a bound access token', () => {
  let access: string;
  beforeAll(async () => {
    access = (await boundTokens()).access;
  });

  test('control: opens userinfo with its key', async () => {
    expect((await userinfo(access, mine)).status).toBe(200);
  });

  test.each<[string, () => Spoilt]>([
    ['without ath', () => ({ claims: { ath: undefined } })],
    ['with the ath of another token', () => ({ claims: { ath: hashOf('another') } })],
    ['for another method', () => ({ claims: { htm: 'POST' } })],
    ['for a method in small letters', () => ({ claims: { htm: 'get' } })],
    ['for another path', () => ({ claims: { htu: `${provider.issuer}/token` } })],
    ['for another host', () => ({ claims: { htu: 'https://evil.example/userinfo' } })],
    ['for a path beneath', () => ({ claims: { htu: `${provider.issuer}/userinfo/..;/x` } })],
    ['without htu', () => ({ claims: { htu: undefined } })],
    ['without jti', () => ({ claims: { jti: undefined } })],
    ['without iat', () => ({ claims: { iat: undefined } })],
    ['with an iat as text', () => ({ claims: { iat: 'now' } })],
    ['that is too old', () => ({ claims: { iat: now() - WINDOW - 5 } })],
    ['from the future', () => ({ claims: { iat: now() + WINDOW + 5 } })],
    ['with a nonce that we never gave', () => ({ claims: { nonce: 'made-up', iat: 1 } })],
    ['with a nonce that is no text', () => ({ claims: { nonce: 7 } })],
    ['of another type', () => ({ header: { typ: 'jwt' } })],
    ['without a key', () => ({ header: { jwk: undefined } })],
    ['naming the key of somebody else', () => ({ header: { jwk: thiefs.publicJwk } })],
  ])('is refused with a proof %s', async (_what, spoil) => {
    const answer = await userinfo(access, mine, spoil());
    expect(answer.status).toBe(401);
    expect(answer.body.sub).toBeUndefined();
  });

  test('control: a proof is taken just inside the window, both ways', async () => {
    for (const iat of [now() - WINDOW + 30, now() + WINDOW - 30])
      expect((await userinfo(access, mine, { claims: { iat } })).status).toBe(200);
  });

  test('is refused with a proof that carries its private key, is not signed, or is MACed', async () => {
    const at = { method: 'GET', path: '/userinfo' };
    const honest = await proof(mine, at, { claims: { ath: hashOf(access) } });
    const [, payload = ''] = honest.split('.');
    const header = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = header({ alg: 'none', typ: 'dpop+jwt', jwk: mine.publicJwk });
    const symmetric = header({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AAAA' } });
    const privateJwk = await exportJWK(mine.privateKey);
    const withPrivate = await proof(mine, at, { header: { jwk: privateJwk }, claims: { ath: hashOf(access) } });
    for (const dpop of [
      `${unsigned}.${payload}.`,
      `${symmetric}.${payload}.AAAA`,
      withPrivate,
      '',
      'a.b.c',
      `${honest}, ${honest}`,
    ]) {
      const answer = await ask(`${provider.issuer}/userinfo`, { headers: { authorization: `DPoP ${access}`, dpop } });
      expect([answer.status === 200, dpop.slice(0, 40)]).toEqual([false, dpop.slice(0, 40)]);
    }
  });

  test('is refused with the proof of another key, and with a proof seen before', async () => {
    expect((await userinfo(access, thiefs)).status).toBe(401);
    const jti = randomUUID();
    expect((await userinfo(access, mine, { claims: { jti } })).status).toBe(200);
    expect((await userinfo(access, mine, { claims: { jti } })).status).toBe(401);
  });

  test('64 uses of one proof at once: one is taken', async () => {
    const dpop = await proof(mine, { method: 'GET', path: '/userinfo' }, { claims: { ath: hashOf(access) } });
    const use = () => ask(`${provider.issuer}/userinfo`, { headers: { authorization: `DPoP ${access}`, dpop } });
    const answers = await Promise.all(Array.from({ length: 64 }, use));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('is no bearer token, in whatever way it is sent', async () => {
    const dpop = await proof(mine, { method: 'GET', path: '/userinfo' }, { claims: { ath: hashOf(access) } });
    const url = `${provider.issuer}/userinfo`;
    const answers = [
      await ask(url, { headers: { authorization: `Bearer ${access}` } }),
      await ask(url, { headers: { authorization: `Bearer ${access}`, dpop } }),
      await ask(url, { headers: { authorization: `DPoP ${access}` } }),
      await ask(`${url}?access_token=${access}`),
      await post(url, { access_token: access }),
      await post(url, { access_token: access }, { dpop }),
    ];
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toEqual([]);
  });
});

describe('a code bound to a key', () => {
  const bound = async () => obtainCode(provider, app, { browser, extra: { dpop_jkt: await thumbprintOf(mine) } });
  const thumbprintOf = async ({ publicJwk: { crv, kty, x, y } }: Pair) => hashOf(JSON.stringify({ crv, kty, x, y }));

  test('is redeemed with its key, and neither with another nor with none', async () => {
    expect(errorIn(await token((await bound()).fields, thiefs))).toBe('invalid_grant');
    expect(errorIn(await token((await bound()).fields, undefined))).toBe('invalid_grant');
    expect(errorIn(await token((await bound()).fields, mine))).toBe('accepted');
  });

  test('asked for with a thumbprint that is none brings nothing to anybody', async () => {
    const { fields } = await obtainCode(provider, app, { browser, extra: { dpop_jkt: 'short' } });
    expect(errorIn(await token(fields, mine))).toBe('invalid_grant');
    expect(errorIn(await token(fields, undefined))).toBe('invalid_grant');
  });
});

describe('a bound refresh token', () => {
  const refreshing = (refresh: string) => ({ grant_type: 'refresh_token', refresh_token: refresh });

  test('is exchanged with its key, and neither with another nor with none', async () => {
    const { refresh } = await boundTokens();
    expect(errorIn(await token(refreshing(refresh), thiefs))).toBe('invalid_grant');
    expect(errorIn(await token(refreshing(refresh), undefined))).toBe('invalid_grant');
    expect(errorIn(await token(refreshing(refresh), mine))).toBe('accepted');
  });

  test('within its grace repeats its answer to its key alone, and a thief does not end the family', async () => {
    const { refresh } = await boundTokens();
    const first = await token(refreshing(refresh), mine);
    const jti = randomUUID();
    const again = await token(refreshing(refresh), mine, { claims: { jti } });
    expect(again.body).toEqual(first.body);
    expect(errorIn(await token(refreshing(refresh), mine, { claims: { jti } }))).not.toBe('accepted');
    for (const pair of [thiefs, undefined]) {
      const answer = await token(refreshing(refresh), pair);
      expect([answer.body.error, answer.body.id_token]).toEqual(['invalid_grant', undefined]);
    }
    const elsewhere = await token(refreshing(refresh), mine, { claims: { htu: `${provider.issuer}/userinfo` } });
    expect(elsewhere.body.access_token).toBeUndefined();
    expect(errorIn(await token(refreshing(String(first.body.refresh_token)), mine))).toBe('accepted');
  });
});
