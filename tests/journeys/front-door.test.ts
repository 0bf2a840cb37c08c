import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/** The provider's own pages are reached by the same sign-in as every university's. */
let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider({ stores: 'embedded' });
});
afterAll(() => provider.close());

const credentials = () => ({ national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password });
const GREETING = 'You are signed in as';

async function enter(browser = createBrowser(), query = '') {
  const page = await browser.open(`${provider.issuer}/enter${query}`);
  return { browser, page };
}

test('the front door signs a citizen in without any relying party, and then knows them', async () => {
  const { browser, page } = await enter();
  expect(page.url).toContain('/sign-in/');
  const home = await browser.submit(page, credentials());
  expect(home.url).toBe(`${provider.issuer}/`);
  expect(home.text).toContain(GREETING);
  expect((await createBrowser().open(`${provider.issuer}/`)).text).not.toContain(GREETING);
});

test('a page that needs a citizen is where one arrives after signing in', async () => {
  const browser = createBrowser();
  const page = await browser.open(`${provider.issuer}/account/sessions`);
  expect(page.url).toContain('/sign-in/');
  expect((await browser.submit(page, credentials())).url).toBe(`${provider.issuer}/account/sessions`);
});

test('whoever is signed in at the front door is known to a university after agreeing, and the other way round', async () => {
  const university = await createRelyingParty(provider, { clientId: 'university' });
  const { browser, page } = await enter();
  await browser.submit(page, credentials());
  const { url } = await university.begin();
  expect((await browser.open(url, { stayAt: provider.issuer })).url).toContain('/consent/');
  const other = createBrowser();
  await university.signIn({ browser: other });
  expect((await enter(other)).page.url).toBe(`${provider.issuer}/`);
});

test('no code and no token is ever handed to our own pages', async () => {
  const { browser, page } = await enter();
  const arrived = await browser.submit(page, credentials(), { stayAt: `${provider.issuer}/nowhere` });
  expect(arrived.status).toBe(303);
  const steps = [arrived.leadsTo ?? ''];
  for (let hops = 0; hops < 5 && steps.at(-1) !== `${provider.issuer}/`; hops += 1) {
    const next = await browser.open(steps.at(-1) ?? '', { stayAt: `${provider.issuer}/nowhere` });
    steps.push(next.leadsTo ?? '');
  }
  expect(steps.some((step) => step.includes('/entered?state='))).toBe(true);
  expect(steps.join(' ')).not.toMatch(/[?&#](?:code|access_token|id_token)=/);
});

test.each([
  '//evil.example',
  'https://evil.example/account',
  '/\\evil.example',
  '/account/../../evil',
  '/account@evil.example',
  '/accounts',
  'javascript:alert(1)',
  '/account/sessions#//evil.example',
  '/account\r\nLocation: https://evil.example',
])('entering with the target %j ends at the front door', async (to) => {
  const { browser, page } = await enter(createBrowser(), `?to=${encodeURIComponent(to)}`);
  const arrived = await browser.submit(page, credentials());
  expect(new URL(arrived.url).origin).toBe(provider.issuer);
  expect(new URL(arrived.url).pathname).toBe('/');
});

test('a browser that did not set out from here is not led on', async () => {
  const { browser, page } = await enter(createBrowser(), '?to=/account/sessions');
  await browser.submit(page, credentials());
  const stranger = createBrowser();
  const forged = `${provider.issuer}/entered?state=${'a'.repeat(43)}&iss=${encodeURIComponent(provider.issuer)}`;
  expect((await stranger.open(forged)).url).toBe(`${provider.issuer}/`);
  // The control: one that did set out is led on by the state it was given.
  const set = await browser.open(`${provider.issuer}/enter?to=/account/sessions`);
  expect(set.url).toBe(`${provider.issuer}/account/sessions`);
});

test('a relying party cannot use the response type of our own pages, and discovery does not offer it', async () => {
  const university = await createRelyingParty(provider, { clientId: 'other-university' });
  const { url } = await university.begin({ response_type: 'none' });
  const page = await createBrowser().open(url, { stayAt: provider.issuer });
  expect(`${page.leadsTo ?? ''} ${page.text}`).toMatch(/response_type\+is\+not\+allowed/);
  const discovery = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ response_types_supported: ['code'] });
});

test('our own pages ask for nothing but the browser: other redirect addresses and codes are refused', async () => {
  for (const change of [
    { redirect_uri: 'https://evil.example/entered' },
    { response_type: 'code', code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
  ]) {
    const url = new URL(`${provider.issuer}/auth`);
    const honest = {
      client_id: 'panjereh',
      response_type: 'none',
      redirect_uri: `${provider.issuer}/entered`,
      scope: 'openid',
    };
    for (const [name, value] of Object.entries({ ...honest, ...change })) url.searchParams.set(name, value);
    const page = await createBrowser().open(url.href, { stayAt: `${provider.issuer}/nowhere` });
    expect(`${page.leadsTo ?? ''} ${page.text}`).toMatch(/redirect_uri|response_type\+is\+not\+allowed/);
    expect(page.leadsTo ?? '').not.toContain('evil.example');
  }
});

test('signing out at the front door asks first and leaves nobody signed in', async () => {
  const { browser, page } = await enter();
  const home = await browser.submit(page, credentials());
  expect(home.text).toContain('href="/logout"');
  const confirm = await browser.open(`${provider.issuer}/logout`);
  expect(readForms(confirm.text)).not.toHaveLength(0);
  await browser.submit(confirm, { logout: 'yes' });
  expect((await browser.open(`${provider.issuer}/`)).text).not.toContain(GREETING);
});
