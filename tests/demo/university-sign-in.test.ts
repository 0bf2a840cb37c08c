import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Claims, type SpoilingProvider, type Spoils, startSpoilingProvider } from './spoiling-provider.ts';
import { createBrowser, startUniversity, type UniversityUnderTest } from './university-under-test.ts';

const now = () => systemClock.now();
let provider: SpoilingProvider;
let university: UniversityUnderTest;
let browser: ReturnType<typeof createBrowser>;

beforeAll(async () => {
  provider = await startSpoilingProvider({ now });
  university = await startUniversity({ issuer: provider.issuer, now, args: ['--acr-values', 'urn:panjereh:aal:1'] });
});

afterAll(async () => {
  await university.close();
  await provider.close();
});

beforeEach(() => {
  provider.spoil({});
  browser = createBrowser();
});

const isSignedIn = async (visitor = browser): Promise<boolean> =>
  (await visitor.visit(`${university.url}/me`)).status === 200;

const withClaims = (changes: Claims): Spoils => ({ claims: (claims) => ({ ...claims, ...changes }) });
const seconds = (ahead: number) => Math.floor(now() / 1000) + ahead;

describe('an honest sign-in', () => {
  test('ends at the page with the claims that arrived', async () => {
    const { response, addresses } = await browser.follow(`${university.url}/login`);
    expect(response.status).toBe(200);
    expect(addresses.at(-1)).toBe(`${university.url}/me`);
    const page = await response.text();
    expect(page).toContain('subject-1');
    expect(page).toContain('نیلوفر رستگار');
    expect(page).toContain('urn:panjereh:aal:1');
  });

  test('asks with state, nonce and PKCE S256', async () => {
    const { addresses } = await browser.follow(`${university.url}/login`);
    const asked = new URL(addresses[1] ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)?.length).toBeGreaterThan(40);
  });

  test('is accepted with a clock 60 s ahead, and without at_hash', async () => {
    provider.spoil(withClaims({ iat: seconds(60), exp: seconds(360), at_hash: undefined }));
    await browser.follow(`${university.url}/login`);
    expect(await isSignedIn()).toBe(true);
  });

  test('gives a new session id, and the one before it is dead', async () => {
    await browser.follow(`${university.url}/login`);
    const before = createBrowser();
    for (const [name, value] of browser.jar) before.jar.set(name, value);
    await browser.follow(`${university.url}/login`);
    expect(await isSignedIn()).toBe(true);
    expect(await isSignedIn(before)).toBe(false);
  });
});

describe('the signed-in page stays closed when the provider, or somebody in between, spoils', () => {
  const cases: Record<string, Spoils> = {
    'the signature': { token: (token) => `${token.slice(0, -5)}AAAAA` },
    'the algorithm (none)': { token: (token) => unsigned(token, 'none') },
    'the algorithm (nOnE)': { token: (token) => unsigned(token, 'nOnE') },
    'the key': { signsWithForeignKey: true },
    'the issuer': withClaims({ iss: 'https://evil.example' }),
    'the audience': withClaims({ aud: 'demo-university-two' }),
    'the authorized party': withClaims({ aud: ['demo-university-one', 'other'], azp: 'other' }),
    'the end': withClaims({ iat: seconds(-4000), exp: seconds(-3600) }),
    'the beginning': withClaims({ iat: seconds(3600), nbf: seconds(3600), exp: seconds(7200) }),
    'the beginning, in iat alone': withClaims({ iat: seconds(3600), exp: seconds(7200) }),
    'the subject': withClaims({ sub: undefined }),
    'the nonce': withClaims({ nonce: 'another' }),
    'the nonce, which is missing': withClaims({ nonce: undefined }),
    at_hash: withClaims({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    'at_hash, which is empty': withClaims({ at_hash: '' }),
    'the level': withClaims({ acr: 'urn:panjereh:aal:0' }),
    'the level, which is missing': withClaims({ acr: undefined }),
    'the subject of userinfo': { userinfo: { sub: 'subject-2' } },
    state: { callback: (parameters) => parameters.set('state', 'another') },
    'state, which is missing': { callback: (parameters) => parameters.delete('state') },
    'iss in the callback': { callback: (parameters) => parameters.set('iss', 'https://evil.example') },
    'iss in the callback, which is missing': { callback: (parameters) => parameters.delete('iss') },
    'the code, which comes twice': { callback: (parameters) => parameters.append('code', 'another') },
  };

  test.each(Object.entries(cases))('%s', async (_, spoils) => {
    provider.spoil(spoils);
    const { response } = await browser.follow(`${university.url}/login`);
    expect(response.status).toBe(400);
    expect(await isSignedIn()).toBe(false);
  });

  test('a code that another browser brought', async () => {
    const callback = await stopBeforeCallback(browser);
    const victim = createBrowser();
    await victim.visit(`${university.url}/login`);
    expect((await victim.visit(callback)).status).toBe(400);
    expect(await isSignedIn(victim)).toBe(false);
    // The control: the browser that began it may still finish.
    expect((await browser.visit(callback)).status).toBe(303);
    expect(await isSignedIn()).toBe(true);
  });

  test('a callback that is sent again changes nothing', async () => {
    const callback = await stopBeforeCallback(browser);
    await browser.visit(callback);
    const session = new Map(browser.jar);
    expect((await browser.visit(callback)).status).toBe(400);
    expect(browser.jar).toEqual(session);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('a person is told in words', () => {
  const answerWith = (error: string): Spoils => ({
    callback: (parameters) => {
      parameters.delete('code');
      parameters.set('error', error);
    },
  });

  test('that they refused, on a page that is no failure', async () => {
    provider.spoil(answerWith('access_denied'));
    const { response } = await browser.follow(`${university.url}/login?lang=en`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('You chose not to let Panjereh share');
  });

  test('that the provider failed, without markup of its choice', async () => {
    provider.spoil(answerWith('<script>alert(1)</script>'));
    const { response } = await browser.follow(`${university.url}/login`);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('<script>');
  });

  test('that the provider cannot be reached, and the next attempt finds it', async () => {
    const later = await startSpoilingProvider({ now });
    await later.close();
    const early = await startUniversity({ issuer: later.issuer, now });
    expect((await browser.visit(`${early.url}/login`)).status).toBe(503);
    const started = await startSpoilingProvider({ now, port: Number(new URL(later.issuer).port) });
    expect((await browser.visit(`${early.url}/login`)).status).toBe(303);
    await early.close();
    await started.close();
  });
});

describe('claims and forms', () => {
  test('a claim is shown as text, never as markup', async () => {
    provider.spoil({ userinfo: { sub: 'subject-1', given_name: '<img src=x onerror=alert(1)>', family_name: '"\'&' } });
    const { response } = await browser.follow(`${university.url}/login`);
    expect(await response.text()).not.toContain('<img');
  });

  test('sign-out needs our own page, and leads to the provider with a hint', async () => {
    await browser.follow(`${university.url}/login`);
    const foreign = { method: 'POST', headers: { 'sec-fetch-site': 'same-site' } };
    expect((await browser.visit(`${university.url}/logout`, foreign)).status).toBe(403);
    expect(await isSignedIn()).toBe(true);

    const own = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } };
    const answer = await browser.visit(`${university.url}/logout`, own);
    const address = new URL(answer.headers.get('location') ?? '');
    expect(address.origin + address.pathname).toBe(`${provider.issuer}/logout`);
    expect(address.searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(address.searchParams.get('post_logout_redirect_uri')).toBe(`${university.url}/signed-out`);
    expect(await isSignedIn()).toBe(false);
  });
});

async function stopBeforeCallback(visitor: typeof browser): Promise<string> {
  const login = await visitor.visit(`${university.url}/login`);
  const authorize = await fetch(login.headers.get('location') ?? '', { redirect: 'manual' });
  return authorize.headers.get('location') ?? '';
}

function unsigned(token: string, alg: string): string {
  const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}

test('behind a proxy that speaks https for it, a sign-in begins, with cookies for https alone', async () => {
  const behind = await startUniversity({
    issuer: provider.issuer,
    now,
    args: ['--url', 'https://university.example.ir'],
  });
  const begun = await fetch(`${behind.url}/login`, { redirect: 'manual', headers: { 'x-forwarded-proto': 'https' } });
  await behind.close();
  expect(begun.status).toBe(303);
  expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/-browser=.*; secure; httponly$/)]);
});
