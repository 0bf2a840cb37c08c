import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAILURE_REASONS, isFailureReason } from '#relying-parties/failure-reasons.ts';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { en } from '#views/text/en.ts';
import { fa } from '#views/text/fa.ts';

/** Every reason is provoked over HTTP: the library's own words decide, and may change with it. */
let provider: TestProvider;
let party: TestRelyingParty;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  provider = await startProvider();
  party = await createRelyingParty(provider, { clientId: 'honest' });
  keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'first', use: 'sig', alg: 'ES256' };
  await createRelyingParty(provider, {
    clientId: 'by-key',
    method: 'none',
    metadata: { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } },
  });
});
afterAll(() => provider.close());

async function healthOf(clientId: string) {
  await provider.services.registry.healthGatherer.flush();
  return provider.services.registry.health.healthOf(clientId);
}

async function reasonsAfter(clientId: string, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = new Map((await healthOf(clientId))?.errors.map(({ reason, count }) => [reason, count]));
  await act();
  const after = (await healthOf(clientId))?.errors ?? [];
  return Object.fromEntries(
    after
      .map(({ reason, count }) => [reason, count - (before.get(reason) ?? 0)] as const)
      .filter(([, more]) => more > 0),
  );
}

function authorize(parameters: Record<string, string>) {
  const url = new URL('/auth', provider.issuer);
  const honest = {
    client_id: 'honest',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: party.redirectUri,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    prompt: 'none',
  };
  for (const [name, value] of Object.entries({ ...honest, ...parameters }))
    if (value !== '') url.searchParams.set(name, value);
  return fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
}

function token(parameters: Record<string, string>, basic?: string) {
  return fetch(new URL('/token', provider.issuer), {
    method: 'POST',
    headers: basic === undefined ? {} : { authorization: `Basic ${btoa(basic)}` },
    body: new URLSearchParams(parameters),
  });
}

const withCode = {
  grant_type: 'authorization_code',
  code: 'x'.repeat(43),
  redirect_uri: 'https://university.example/callback',
};
const honestly = `honest:${SECRET}`;

async function asserted(
  claims: { iat: number; exp: number; nbf?: number },
  header: { kid?: string; jti?: string; aud?: string } = {},
) {
  const other = await generateKeyPair('ES256');
  const assertion = await new SignJWT({ iat: claims.iat, ...(claims.nbf === undefined ? {} : { nbf: claims.nbf }) })
    .setProtectedHeader({ alg: 'ES256', kid: header.kid ?? 'first' })
    .setIssuer('by-key')
    .setSubject('by-key')
    .setAudience(header.aud ?? provider.issuer)
    .setJti(header.jti ?? crypto.randomUUID())
    .setExpirationTime(claims.exp)
    .sign(header.kid === undefined ? keys.privateKey : other.privateKey);
  return token({
    ...withCode,
    client_id: 'by-key',
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
}
const now = () => Math.floor(provider.services.clock.now() / 1000);

test.each<[string, string, () => Promise<unknown>]>([
  ['redirect-mismatch', 'honest', () => authorize({ redirect_uri: 'https://university.example/callback/' })],
  ['pkce-missing', 'honest', () => authorize({ code_challenge: '', code_challenge_method: '' })],
  ['scope', 'honest', () => authorize({ scope: 'openid age' })],
  ['response-type', 'honest', () => authorize({ response_type: 'token' })],
  ['request-malformed', 'honest', () => authorize({ max_age: 'soon' })],
  ['secret-wrong', 'honest', () => token(withCode, 'honest:wrong-secret')],
  ['authentication-method', 'honest', () => token({ ...withCode, client_id: 'honest' })],
  ['code-unknown', 'honest', () => token(withCode, honestly)],
  ['grant-type', 'honest', () => token({ grant_type: 'client_credentials' }, honestly)],
  ['clock-ahead', 'by-key', () => asserted({ iat: now(), nbf: now() + 600, exp: now() + 900 })],
  ['assertion-expired', 'by-key', () => asserted({ iat: now() - 900, exp: now() - 600 })],
  ['key-unknown', 'by-key', () => asserted({ iat: now(), exp: now() + 60 }, { kid: 'second' })],
  ['signature-wrong', 'by-key', () => asserted({ iat: now(), exp: now() + 60 }, { kid: 'first' })],
  [
    'assertion-audience',
    'by-key',
    () => asserted({ iat: now(), exp: now() + 60 }, { aud: 'https://elsewhere.example' }),
  ],
  [
    'assertion-replayed',
    'by-key',
    async () => {
      const jti = crypto.randomUUID();
      await asserted({ iat: now(), exp: now() + 60 }, { jti });
      await asserted({ iat: now(), exp: now() + 60 }, { jti });
    },
  ],
])('%s is told apart', async (reason, clientId, act) => {
  expect(isFailureReason(reason)).toBe(true);
  expect((await reasonsAfter(clientId, act))[reason]).toBe(1);
});

test('a code that is used twice, and a verifier that does not fit, are told apart; an honest sign-in is noted', async () => {
  const codeOf = async () => {
    const begun = await party.begin();
    const callback = await signInAndConsent(createBrowser(), {
      authorizationUrl: begun.url,
      nationalCode: provider.citizens[0]?.nationalCode ?? '',
      password: provider.password,
    });
    const code = callback.searchParams.get('code') ?? '';
    return { ...withCode, code, code_verifier: begun.verifier };
  };
  const fresh = await codeOf();
  expect(await reasonsAfter('honest', () => token({ ...fresh, code_verifier: 'y'.repeat(43) }, honestly))).toEqual({
    'pkce-wrong': 1,
  });
  expect(await reasonsAfter('honest', () => token(fresh, honestly))).toEqual({});
  expect(await healthOf('honest')).toMatchObject({
    lastSignInAt: expect.any(Number),
    lastTokenAt: expect.any(Number),
  });
  expect(await reasonsAfter('honest', () => token(fresh, honestly))).toEqual({ 'code-used': 1 });
});

test('each reason has words that say how to mend it, in both languages', () => {
  for (const { relyingPartyHealth } of [fa, en])
    expect(Object.keys(relyingPartyHealth.reasons).sort()).toEqual([...FAILURE_REASONS].sort());
});

test('what a citizen decides, and what prompt=none is answered with, is no failure', async () => {
  expect(await reasonsAfter('honest', () => authorize({}))).toEqual({});
});

test('whoever guesses client ids writes nothing', async () => {
  for (const guess of ['guess-1', 'guess-2']) {
    await authorize({ client_id: guess });
    await token(withCode, `${guess}:secret`);
    expect(await healthOf(guess)).toBeUndefined();
    expect(await provider.services.registry.health.listFailures({ clientId: guess })).toEqual([]);
  }
});

test('the reference of the page finds the failure, for its own organisation alone, and nothing of a citizen in it', async () => {
  const answer = await authorize({
    redirect_uri: 'https://university.example/callback/8438628508?code=very-secret-code-1',
    state: 'secret-state',
    login_hint: '8438628508',
    nonce: 'secret-nonce',
  });
  const reference = /[A-HJ-NP-Z2-9]{10}/.exec((await answer.text()).replace(/<[^>]*>/g, ' '))?.[0] ?? '';
  await healthOf('honest');
  const { findFailure } = provider.services.registry.health;
  const failure = await findFailure({ reference: ` ${reference.toLowerCase()} `, organisationId: 'honest' });
  expect(failure).toMatchObject({
    reference,
    clientId: 'honest',
    reason: 'redirect-mismatch',
    endpoint: 'authorization',
  });
  expect(failure?.parameters).toMatchObject({
    redirect_uri: 'https://university.example/callback/…?code=…',
    state: null,
    login_hint: null,
  });
  expect(JSON.stringify(failure)).not.toMatch(/8438628508|very-secret|secret-state|secret-nonce/);
  expect(await findFailure({ reference, organisationId: 'by-key' })).toBeUndefined();
  expect(await findFailure({ reference: `${reference}' or 1=1`, organisationId: 'honest' })).toBeUndefined();
});

test('of one reason the newest twenty are kept, and all are counted', async () => {
  const reasons = await reasonsAfter('honest', async () => {
    for (let n = 0; n < 25; n += 1) await authorize({ max_age: 'soon' });
    await healthOf('honest');
    for (let n = 0; n < 5; n += 1) await authorize({ max_age: 'soon' });
  });
  expect(reasons).toEqual({ 'request-malformed': 30 });
  const kept = await provider.services.registry.health.listFailures({ clientId: 'honest', limit: 100 });
  expect(kept.filter(({ reason }) => reason === 'request-malformed')).toHaveLength(20);
});
