import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { createGradesService, GRADES, saveGrades } from '#tests/support/grades.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';

let provider: TestProvider;
let university: TestRelyingParty;
let clock: FakeClock;

beforeAll(async () => {
  clock = createFakeClock(systemClock.now());
  provider = await startProvider({ stores: 'real', clock });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

test('a refresh token is exchanged for a new one, and the new one works', async () => {
  const first = await university.signIn({ extra: offline });
  const second = await oidc.refreshTokenGrant(university.config, first.refresh_token ?? '');
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const third = await oidc.refreshTokenGrant(university.config, second.refresh_token ?? '');
  expect(third.access_token).toBeDefined();
});

test('the same refresh token presented again within ten seconds gets the very same answer', async () => {
  const { refresh_token = '' } = await university.signIn({ extra: offline });
  const [one, two] = await Promise.all([
    oidc.refreshTokenGrant(university.config, refresh_token),
    oidc.refreshTokenGrant(university.config, refresh_token),
  ]);
  const three = await oidc.refreshTokenGrant(university.config, refresh_token);
  expect(new Set([one, two, three].map((tokens) => tokens.refresh_token)).size).toBe(1);
  expect(await errorOf(oidc.refreshTokenGrant(university.config, one.refresh_token ?? ''))).toBe('accepted');
});

test('a refresh token presented again after its grace ends the whole family', async () => {
  const first = await university.signIn({ extra: offline });
  const second = await oidc.refreshTokenGrant(university.config, first.refresh_token ?? '');
  await dropSuccessors();
  clock.advance(11_000);
  expect(await errorOf(oidc.refreshTokenGrant(university.config, first.refresh_token ?? ''))).toBe('invalid_grant');
  expect(await errorOf(oidc.refreshTokenGrant(university.config, second.refresh_token ?? ''))).toBe('invalid_grant');
});

/** Redis counts its own ten seconds; the test does not wait for them. */
async function dropSuccessors(): Promise<void> {
  const redis = provider.services.redis;
  if (redis === undefined) throw new Error('this test needs Redis');
  const keys = await redis.keys('*RefreshSuccessor*');
  expect(keys.length).toBeGreaterThan(0);
  await redis.del(...keys);
}

test('an authorization code is redeemed once however many try, and trying again ends what it brought', async () => {
  const { url, finish } = await university.begin();
  const browser = createBrowser();
  const citizen = provider.citizens[1];
  const callback = await signInAndConsent(browser, {
    authorizationUrl: url,
    nationalCode: citizen?.nationalCode ?? '',
    password: provider.password,
  });
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => finish(callback)));
  const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(won).toHaveLength(1);
  expect(
    await errorOf(oidc.fetchUserInfo(university.config, won[0]?.access_token ?? '', won[0]?.claims()?.sub ?? '')),
  ).toBe('invalid_token');
});

test('an access token is introspected by its client and dead once revoked', async () => {
  const tokens = await university.signIn();
  expect(await oidc.tokenIntrospection(university.config, tokens.access_token)).toMatchObject({
    active: true,
    client_id: 'university',
  });
  await oidc.tokenRevocation(university.config, tokens.access_token);
  expect(await oidc.tokenIntrospection(university.config, tokens.access_token)).toEqual({ active: false });
});

test('revoking a refresh token kills the access tokens of its grant', async () => {
  const tokens = await university.signIn({ extra: offline });
  await oidc.tokenRevocation(university.config, tokens.refresh_token ?? '');
  expect(await oidc.tokenIntrospection(university.config, tokens.access_token)).toEqual({ active: false });
});

test('a pushed authorization request can be used once', async () => {
  const { url, finish } = await university.begin({}, { usePar: true });
  expect(new URL(url).searchParams.get('request_uri')).toMatch(/^urn:ietf:params:oauth:request_uri:/);
  const browser = createBrowser();
  const who = {
    authorizationUrl: url,
    nationalCode: provider.citizens[0]?.nationalCode ?? '',
    password: provider.password,
  };
  expect((await finish(await signInAndConsent(browser, who))).access_token).toBeDefined();
  const again = await browser.open(url, { stayAt: provider.issuer });
  expect(again.leadsTo ?? again.text).toContain('invalid_request_uri');
});

test('a DPoP-bound token works with its key and with no other', async () => {
  const handle = oidc.getDPoPHandle(university.config, await oidc.randomDPoPKeyPair('ES256'));
  const tokens = await university.signIn({ dpop: handle });
  expect(tokens.token_type).toBe('dpop');
  const sub = tokens.claims()?.sub ?? '';
  expect(await oidc.fetchUserInfo(university.config, tokens.access_token, sub, { DPoP: handle })).toMatchObject({
    sub,
  });
  const stranger = oidc.getDPoPHandle(university.config, await oidc.randomDPoPKeyPair('ES256'));
  expect(await errorOf(oidc.fetchUserInfo(university.config, tokens.access_token, sub, { DPoP: stranger }))).toBe(
    'invalid_token',
  );
  const asBearer = await fetch(`${provider.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(asBearer.status).toBe(401);
});

test.each(['client_secret_post', 'client_secret_jwt'] as const)('a client may authenticate by %s', async (method) => {
  const party = await createRelyingParty(provider, { clientId: `by-${method.replaceAll('_', '-')}`, method });
  expect((await party.signIn()).id_token).toBeDefined();
});

test('a client without a secret signs in with PKCE alone, and is refused without it', async () => {
  const app = await createRelyingParty(provider, {
    clientId: 'app',
    method: 'none',
    metadata: { application_type: 'native' },
  });
  expect((await app.signIn()).id_token).toBeDefined();
  const url = new URL((await app.begin()).url);
  url.searchParams.delete('code_challenge');
  const page = await createBrowser().open(url.href, { stayAt: provider.issuer });
  expect(new URL(page.leadsTo ?? '').searchParams.get('error')).toBe('invalid_request');
});

test('a service gets a JWT access token for a registered resource, and for no other', async () => {
  const service = await createGradesService(provider);
  await saveGrades(provider, { organisationId: 'service', scopes: ['grades:read', 'grades:write'] });
  const { access_token } = await oidc.clientCredentialsGrant(service.config, {
    resource: GRADES,
    scope: 'grades:read',
  });
  const { createRemoteJWKSet, jwtVerify } = await import('jose');
  const { payload } = await jwtVerify(access_token, createRemoteJWKSet(new URL(`${provider.issuer}/jwks`)), {
    audience: GRADES,
    typ: 'at+jwt',
    issuer: provider.issuer,
  });
  expect(payload).toMatchObject({ client_id: 'service', scope: 'grades:read' });
  expect(
    await errorOf(
      oidc.clientCredentialsGrant(service.config, { resource: 'https://other.example', scope: 'grades:read' }),
    ),
  ).toBe('invalid_target');
  expect(await errorOf(oidc.clientCredentialsGrant(service.config, { resource: GRADES, scope: 'grades:write' }))).toBe(
    'invalid_scope',
  );
});

test('a relying party that asks for RS256 gets it', async () => {
  const party = await createRelyingParty(provider, {
    clientId: 'rs256',
    metadata: { id_token_signed_response_alg: 'RS256' },
  });
  const { decodeProtectedHeader } = await import('jose');
  const { id_token = '' } = await party.signIn();
  expect(decodeProtectedHeader(id_token).alg).toBe('RS256');
});
