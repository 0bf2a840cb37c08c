import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Requests by POST (OpenID Connect Core 1.0 section 3.1.2.1, RP-Initiated Logout 1.0 section 2). */
const SIGNED_OUT = 'https://university.example/signed-out';

let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const stayAt = () => provider.issuer;
const who = () => ({ nationalCode: provider.citizens[0]?.nationalCode ?? '', password: provider.password });

/** As a form on another site sends it: without cookies, because ours do not go along with such a post. */
async function post(path: string, fields: URLSearchParams | string, type = 'application/x-www-form-urlencoded') {
  return fetch(`${provider.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, origin: 'https://university.example', 'sec-fetch-site': 'cross-site' },
    body: fields.toString(),
    redirect: 'manual',
  });
}

/** The post, and then the redirect with the browser's cookies. */
async function postFrom(browser: Browser, path: string, fields: URLSearchParams): Promise<Page> {
  const answer = await post(path, fields);
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie()).toEqual([]);
  return browser.open(new URL(answer.headers.get('location') ?? '', provider.issuer).href, { stayAt: stayAt() });
}

const parametersOf = (url: string) => new URL(url).searchParams;

describe('an authorization request by POST', () => {
  test('is answered as the same request by GET, from the first sign-in to the tokens', async () => {
    const { url, finish } = await university.begin({ login_hint: 'a b&c=+%د' });
    const answer = await post('/auth', parametersOf(url));
    const location = new URL(answer.headers.get('location') ?? '', provider.issuer);
    expect(location.origin + location.pathname).toBe(`${provider.issuer}/auth`);
    expect([...location.searchParams]).toEqual([...parametersOf(url)]);
    const callback = await signInAndConsent(createBrowser(), { authorizationUrl: location.href, ...who() });
    expect((await finish(callback)).id_token).toBeDefined();
  });

  test('finds the session of whoever is signed in already, and leaves it as it is', async () => {
    const browser = createBrowser();
    await university.signIn({ browser });
    const { url } = await university.begin({ prompt: 'none' });
    const page = await postFrom(browser, '/auth', parametersOf(url));
    expect(parametersOf(page.leadsTo ?? '').get('code')).toMatch(/./);
  });

  test('finds a pushed request', async () => {
    const browser = createBrowser();
    await university.signIn({ browser });
    const { url } = await university.begin({}, { usePar: true });
    const page = await postFrom(browser, '/auth', parametersOf(url));
    expect(parametersOf(page.leadsTo ?? '').get('code')).toMatch(/./);
  });

  test.each([
    ['doubled', (fields: URLSearchParams) => fields.append('scope', 'openid')],
    ['without PKCE', (fields: URLSearchParams) => fields.delete('code_challenge')],
    [
      'with a redirect URI that is not registered',
      (f: URLSearchParams) => f.set('redirect_uri', 'https://evil.example'),
    ],
  ])('%s is refused as it is by GET', async (_what, change) => {
    const fields = parametersOf((await university.begin()).url);
    change(fields);
    const byGet = await createBrowser().open(`${provider.issuer}/auth?${fields}`, { stayAt: stayAt() });
    const byPost = await postFrom(createBrowser(), '/auth', fields);
    const outcome = ({ status, leadsTo }: Page) => [status, parametersOf(leadsTo ?? 'about:blank').get('error')];
    expect(outcome(byPost)).toEqual(outcome(byGet));
    expect(outcome(byPost)).not.toEqual([200, null]);
    expect(parametersOf(byPost.leadsTo ?? 'about:blank').has('code')).toBe(false);
  });

  test('a parameter in the address and in the body is doubled too', async () => {
    const fields = parametersOf((await university.begin()).url);
    const page = await postFrom(createBrowser(), '/auth?scope=openid', fields);
    expect(parametersOf(page.leadsTo ?? '').get('error')).toBe('invalid_request');
  });
});

describe('a sign-out by POST', () => {
  test('asks the citizen first and leads back, as by GET', async () => {
    const browser = createBrowser();
    const { id_token = '' } = await university.signIn({ browser });
    const hint = { id_token_hint: id_token, post_logout_redirect_uri: SIGNED_OUT, state: 'x' };
    const page = await postFrom(browser, '/logout', new URLSearchParams(hint));
    expect(page.text).toMatch(/signed out of <bdi[^>]*>Service university/);
    const gone = await browser.submit(page, { logout: 'yes' }, { stayAt: stayAt() });
    expect(gone.leadsTo).toBe(`${SIGNED_OUT}?state=x`);
  });

  test('without anything asks as well', async () => {
    const browser = createBrowser();
    await university.signIn({ browser });
    expect((await postFrom(browser, '/logout', new URLSearchParams())).text).toContain('Stay signed in');
  });
});
