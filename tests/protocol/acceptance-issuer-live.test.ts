import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { type AcceptanceParty, callbackOf, createAcceptanceParty, keySetOf } from './acceptance-party.ts';

let provider: TestProvider;
let university: AcceptanceParty;
const keys: { privateKey: CryptoKey; publicJwk: JWK }[] = [];

const ES256_CLIENT = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' };

beforeAll(async () => {
  provider = await startProvider({ logLevel: 'error' });
  university = await createAcceptanceParty(provider, { clientId: 'university' });
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  keys.push({ privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256', use: 'sig' } });
});
afterAll(() => provider.close());

test('every address of its discovery document lies under its own issuer', () => {
  const metadata = university.config.serverMetadata();
  expect(metadata.issuer).toBe(`${provider.issuer}/acceptance/university`);
  const addresses = Object.entries(metadata).filter(([name]) => /_(?:endpoint|uri)$/.test(name));
  expect(addresses.length).toBeGreaterThan(6);
  for (const [, address] of addresses) expect(address).toContain(`${metadata.issuer}/`);
});

test('an invented citizen is signed in without a page, everything of theirs arrives, and it can be refreshed', async () => {
  const { tokens } = await university.signIn({
    extra: { scope: 'openid profile birthdate age phone national_code offline_access', prompt: 'consent' },
  });
  expect(tokens.claims()).toMatchObject({ iss: university.issuer, acr: 'urn:panjereh:aal:3' });
  const subject = tokens.claims()?.sub ?? '';
  const userinfo = await oidc.fetchUserInfo(university.config, tokens.access_token, subject);
  expect(userinfo).toMatchObject({
    given_name: 'نمونه',
    national_code: '9990000018',
    birthdate: '1999-03-21',
    is_over_18: true,
    phone_number: '+989990009001',
    phone_number_verified: true,
  });
  const refreshed = await oidc.refreshTokenGrant(university.config, tokens.refresh_token ?? '');
  expect(refreshed.claims()?.sub).toBe(subject);
});

test('every claim is told although the agreement names none yet, because nobody is behind it', async () => {
  const undecided = await createAcceptanceParty(provider, {
    clientId: 'undecided',
    rest: { agreement: { claims: [], scopes: ['openid'] } },
  });
  const { tokens } = await undecided.signIn({ extra: { scope: 'openid profile national_code' } });
  const userinfo = await oidc.fetchUserInfo(undecided.config, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(userinfo).toMatchObject({ family_name: 'آزمون‌زاده', national_code: '9990000018' });
});

test('a subject is the same at every sign-in, another for each citizen, and another at each relying party', async () => {
  const other = await createAcceptanceParty(provider, { clientId: 'other' });
  const subjectOf = async (party: AcceptanceParty, hint?: string) =>
    (await party.signIn(hint === undefined ? {} : { extra: { login_hint: hint } })).tokens.claims()?.sub;
  const first = await subjectOf(university);
  expect(await subjectOf(university)).toBe(first);
  const subjects = [first, await subjectOf(university, 'synthetic-2'), await subjectOf(other)];
  expect(new Set(subjects).size).toBe(3);
});

test('the level that was asked for is reached and named, whatever it is', async () => {
  for (const acr of ['urn:panjereh:aal:1', 'urn:panjereh:aal:2', 'phr', 'phrh']) {
    const { tokens } = await university.signIn({ extra: { acr_values: acr, max_age: '60' } });
    expect(tokens.claims()?.acr).toBe(acr);
  }
});

test('a second sign-in of the same browser goes on with its session, and prompt=none tells who has none', async () => {
  const browser = createBrowser();
  const { tokens } = await university.signIn({ browser });
  const again = await university.signIn({ browser, extra: { prompt: 'none' } });
  expect(again.tokens.claims()?.sid ?? again.tokens.claims()?.sub).toBe(tokens.claims()?.sid ?? tokens.claims()?.sub);
  const { url } = await university.begin({ prompt: 'none' });
  expect((await callbackOf(url)).searchParams.get('error')).toBe('login_required');
});

test('its cookies are shown to it alone', async () => {
  const browser = createBrowser();
  await university.signIn({ browser });
  expect(browser.cookies.map(({ name }) => name)).toContain('panjereh_acceptance');
  for (const { path } of browser.cookies) expect(path).toMatch(/^\/acceptance\/university/);
});

test('private_key_jwt is addressed to it, and pushed requests and DPoP work under its path', async () => {
  const [key] = keys;
  if (key === undefined) throw new Error('no key');
  const modern = await createAcceptanceParty(provider, {
    clientId: 'modern',
    metadata: { ...ES256_CLIENT, jwks: { keys: [key.publicJwk] }, id_token_signed_response_alg: 'PS256' },
    rest: { securityProfile: 'fapi2' },
    authentication: oidc.PrivateKeyJwt({ key: key.privateKey, kid: 'first' }),
  });
  const dpop = oidc.getDPoPHandle(modern.config, await oidc.randomDPoPKeyPair('ES256'));
  const { tokens } = await modern.signIn({ usePar: true, dpop });
  expect(tokens.token_type).toBe('dpop');
  const about = await oidc.fetchUserInfo(modern.config, tokens.access_token, tokens.claims()?.sub ?? '', {
    DPoP: dpop,
  });
  expect(about.given_name).toBe('نمونه');
});

test('the answer may come by a form, too', async () => {
  const { url } = await university.begin({ response_mode: 'form_post' });
  const page = await createBrowser().open(url);
  const [form] = readForms(page.text);
  expect(form?.action).toBe('https://university.example/callback');
  expect(Object.fromEntries(form?.hidden ?? [])).toMatchObject({ iss: university.issuer, code: expect.any(String) });
});

test('who signs out at it comes back without having been asked', async () => {
  const browser = createBrowser();
  const { tokens } = await university.signIn({ browser });
  const away = oidc.buildEndSessionUrl(university.config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: 'https://university.example/signed-out',
  });
  const page = await browser.submit(await browser.open(away.href), {}, { stayAt: provider.issuer });
  expect(page.leadsTo).toContain('https://university.example/signed-out');
  const { url } = await university.begin({ prompt: 'none' });
  expect((await callbackOf(url, browser)).searchParams.get('error')).toBe('login_required');
});

test('a relying party that is not live has one, an unknown one has none, and no address but the registered is redirected to', async () => {
  await provider.services.registry.relyingParties.setState('other', 'suspended');
  expect((await fetch(`${provider.issuer}/acceptance/other/.well-known/openid-configuration`)).status).toBe(200);
  for (const path of ['unknown/.well-known/openid-configuration', 'unknown/jwks', 'university', 'University/jwks', ''])
    expect([path, (await fetch(`${provider.issuer}/acceptance/${path}`)).status]).toEqual([path, 404]);
  const { url } = await university.begin({ redirect_uri: 'https://evil.example/callback' });
  const page = await createBrowser().open(url, { stayAt: provider.issuer });
  expect([page.status, page.leadsTo]).toEqual([400, undefined]);
});

test('a client that is called like a path of the protocol has its addresses in the right place', async () => {
  const auth = await createAcceptanceParty(provider, { clientId: 'auth' });
  expect(auth.config.serverMetadata().authorization_endpoint).toBe(`${provider.issuer}/acceptance/auth/auth`);
  await expect(auth.signIn()).resolves.toMatchObject({ tokens: { token_type: 'bearer' } });
});

test('its key set has two keys or more of an algorithm and shows no private member', async () => {
  const { keys: published } = await keySetOf(university.issuer);
  expect(published.length).toBeGreaterThanOrEqual(2);
  for (const key of published) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});
