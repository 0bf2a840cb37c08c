import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AgreedClaim } from '#relying-parties/relying-party.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** What citizens are asked, and what of it they are never asked again. */
const RESOURCE = 'https://library.example/loans';

let provider: TestProvider;
let party: TestRelyingParty;
let serial = 0;

beforeAll(async () => {
  provider = await startProvider();
  await createRelyingParty(provider, { clientId: 'library' });
  await provider.services.registry.resources.save({
    identifier: RESOURCE,
    name: { fa: 'امانت کتاب', en: 'Book loans' },
    scopes: ['loans:read', 'loans:write'],
    organisationId: 'library',
    accessTokenFormat: 'jwt',
    signingAlg: 'ES256',
    accessTokenTtlSeconds: 300,
  });
});
afterAll(() => provider.close());

const claim = (name: string, required: boolean): AgreedClaim => ({
  claim: name,
  purpose: { fa: `برای ${name}`, en: `for ${name}` },
  required,
  retentionDays: 730,
});
const NAME = claim('given_name', true);
const PHONE = claim('phone_number', false);
const BIRTHDATE = claim('birthdate', true);

async function agree(claims: AgreedClaim[]): Promise<void> {
  serial += 1;
  const clientId = `party-${serial}`;
  party = await createRelyingParty(provider, { clientId, rest: { agreement: agreement(claims) } });
}

const agreement = (claims: AgreedClaim[]) => ({
  claims,
  scopes: ['openid', 'profile', 'phone', 'birthdate', 'offline_access', 'loans:read', 'loans:write'],
});

const change = (claims: AgreedClaim[]) =>
  provider.register({
    clientId: party.clientId,
    agreement: agreement(claims),
    metadata: {
      redirect_uris: [party.redirectUri],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
    },
  });

type Begun = Awaited<ReturnType<TestRelyingParty['begin']>>;

/** Opens the request; a password is given where one is asked for. */
async function open(browser: Browser, extra: Record<string, string> = {}): Promise<{ page: Page; begun: Begun }> {
  const begun = await party.begin({ scope: 'openid profile phone birthdate', ...extra });
  const stayAt = provider.issuer;
  let page = await browser.open(begun.url, { stayAt });
  if (page.url.includes('/sign-in/')) {
    const fields = { national_code: provider.citizens[0]?.nationalCode, password: provider.password };
    page = await browser.submit(page, fields, { stayAt });
  }
  return { page, begun };
}

const allow = (browser: Browser, page: Page, claims?: string) =>
  browser.submit(page, { decision: 'allow', ...(claims === undefined ? {} : { claims }) }, { stayAt: provider.issuer });

const isAsked = (page: Page) => page.leadsTo === undefined && page.url.includes('/consent/');
/** The claims that the page puts to a decision, by the words of their purposes. */
const asked = (page: Page) =>
  ['given_name', 'phone_number', 'birthdate'].filter((name) => page.text.includes(`for ${name}<`));
const folded = (page: Page) => /<details>(.*?)<\/details>/s.exec(page.text)?.[1] ?? '';

async function claimsFrom(begun: Begun, page: Page): Promise<Record<string, unknown>> {
  const tokens = await begun.finish(new URL(page.leadsTo ?? ''));
  return oidc.fetchUserInfo(party.config, tokens.access_token, tokens.claims()?.sub ?? '');
}

describe('only what is new is asked', () => {
  let browser: Browser;

  beforeEach(async () => {
    await agree([NAME, PHONE]);
    browser = createBrowser();
  });

  test('everything the first time, with its purpose and how long it is kept', async () => {
    const { page } = await open(browser);
    expect(asked(page)).toEqual(['given_name', 'phone_number']);
    expect(page.text).toContain('2 years');
    expect(folded(page)).toBe('');
  });

  test('a claim that the agreement gains is asked for alone, what was decided is folded and stays', async () => {
    await allow(browser, (await open(browser)).page, 'phone_number');
    await change([NAME, PHONE, BIRTHDATE]);
    const { page, begun } = await open(browser);
    expect(asked(page)).toEqual(['birthdate']);
    expect(folded(page)).toMatch(/Given name.*allowed.*Mobile.*allowed/s);
    expect(folded(page)).not.toContain('not allowed');
    const claims = await claimsFrom(begun, await allow(browser, page));
    expect(Object.keys(claims).sort()).toEqual(['birthdate', 'given_name', 'phone_number', 'sub']);
    expect(isAsked((await open(browser)).page)).toBe(false);
  });

  test('what was left out before stays left out, without being asked again', async () => {
    await allow(browser, (await open(browser)).page);
    await change([NAME, PHONE, BIRTHDATE]);
    const { page, begun } = await open(browser);
    expect(asked(page)).toEqual(['birthdate']);
    expect(folded(page)).toContain('not allowed');
    expect(await claimsFrom(begun, await allow(browser, page))).not.toHaveProperty('phone_number');
  });

  test('refusing what is new leaves what was decided as it was', async () => {
    await allow(browser, (await open(browser)).page, 'phone_number');
    await change([NAME, PHONE, BIRTHDATE]);
    const { page } = await open(browser);
    const refused = await browser.submit(page, { decision: 'refuse' }, { stayAt: provider.issuer });
    expect(refused.leadsTo).toContain('access_denied');
    await change([NAME, PHONE]);
    const again = await open(browser);
    expect(isAsked(again.page)).toBe(false);
    expect(await claimsFrom(again.begun, again.page)).toHaveProperty('phone_number');
  });

  test('prompt=consent with nothing new asks for everything again, as it was decided', async () => {
    await allow(browser, (await open(browser)).page, 'phone_number');
    const { page, begun } = await open(browser, { prompt: 'consent' });
    expect(asked(page)).toEqual(['given_name', 'phone_number']);
    expect(page.text).toMatch(/value="phone_number"[^>]*checked/);
    expect(await claimsFrom(begun, await allow(browser, page))).not.toHaveProperty('phone_number');
  });

  test('tokens for while one is away are a question of their own, with their time', async () => {
    await allow(browser, (await open(browser)).page);
    const offline = { scope: 'openid profile phone offline_access', prompt: 'consent' };
    const { page } = await open(browser, offline);
    expect(asked(page)).toEqual([]);
    expect(page.text).toMatch(/Also while you are away.*180 days/s);
    await allow(browser, page);
    expect(asked((await open(browser, offline)).page)).toEqual(['given_name', 'phone_number']);
  });

  test('a service that is used in the name of the citizen is named, and asked for once for each scope', async () => {
    await allow(browser, (await open(browser)).page);
    const read = { resource: RESOURCE, scope: 'openid profile phone loans:read' };
    const { page } = await open(browser, read);
    expect(asked(page)).toEqual([]);
    expect(page.text).toMatch(/In your name.*Book loans.*loans:read/s);
    await allow(browser, page);
    expect(isAsked((await open(browser, read)).page)).toBe(false);
    const more = (await open(browser, { ...read, scope: 'openid loans:read loans:write' })).page;
    expect(more.text).toContain('loans:write');
    expect(more.text).not.toContain('loans:read');
  });
});

describe('nobody agrees to what was not on the page', () => {
  test('a claim that the agreement gains while the page is open is asked for next', async () => {
    await agree([NAME]);
    const browser = createBrowser();
    const { page, begun } = await open(browser);
    await change([NAME, BIRTHDATE]);
    const next = await allow(browser, page);
    expect([isAsked(next), asked(next)]).toEqual([true, ['birthdate']]);
    expect(await claimsFrom(begun, await allow(browser, next))).toHaveProperty('birthdate');
  });

  test('one that becomes required while the page is open is not taken for granted', async () => {
    await agree([NAME, PHONE]);
    const browser = createBrowser();
    const { page } = await open(browser);
    await change([NAME, { ...PHONE, required: true }]);
    const next = await allow(browser, page);
    expect([isAsked(next), asked(next)]).toEqual([true, ['phone_number']]);
  });

  test('a form that names more than was asked for gains nothing', async () => {
    await agree([NAME]);
    const browser = createBrowser();
    const { page, begun } = await open(browser);
    const fields = { decision: 'allow', shown: 'given_name:required national_code:required', claims: 'national_code' };
    const answer = await browser.submit(page, fields, { stayAt: provider.issuer });
    expect(Object.keys(await claimsFrom(begun, answer)).sort()).toEqual(['given_name', 'sub']);
  });
});
