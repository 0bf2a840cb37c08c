import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page, signInAndConsent } from '#tests/support/browser.ts';
import { createDevice, enterUserCode, type TestDevice } from '#tests/support/device.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { stepOf, submitTo } from '#tests/support/sign-in-steps.ts';

/**
 * Needs a second factor, needs a stronger level, must change the password: each against every way to a code or token.
 * What a password alone would open elsewhere must stay shut on all of them (Keycloak CVE-2026-9798, -16103, -88770).
 */
const clock = createFakeClock();
const TWO = 'urn:panjereh:aal:2';
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' };
let provider: TestProvider;
let party: TestRelyingParty;
let device: TestDevice;
let codeNow: () => string;

beforeAll(async () => {
  provider = await startProvider({ clock });
  party = await createRelyingParty(provider, { clientId: 'party' });
  device = await createDevice(provider, { clientId: 'kiosk' });
  codeNow = await createOwnFactors(provider, clock).authenticator(provider.citizens[1]?.id ?? '');
}, 60_000);
afterAll(async () => {
  device.close();
  await provider.close();
});

const stayAt = () => provider.issuer;
const who = (citizen: number) => ({
  national_code: provider.citizens[citizen]?.nationalCode ?? '',
  password: provider.password,
});
const isCode = ({ leadsTo }: Page) => leadsTo?.includes('code=') === true;
const errorIn = ({ leadsTo }: Page) => new URL(leadsTo ?? 'http://none').searchParams.get('error');

/** A browser in which the password was right and nothing came after it. */
async function halfway(extra: Record<string, string> = {}, citizen = 1) {
  const browser = createBrowser();
  const { url, finish } = await party.begin(extra);
  const page = await browser.open(url, { stayAt: stayAt() });
  const next = await browser.submit(page, who(citizen), { stayAt: stayAt() });
  return { browser, first: page, next, finish };
}

const ways: Record<string, (browser: Browser, halfwayPage: Page) => Promise<Page>> = {
  'the way back that ends a sign-in': (browser, page) =>
    browser.open(`${stayAt()}/auth/${new URL(page.url).pathname.split('/')[2]}`, { stayAt: stayAt() }),
  'a request without any page': async (browser) =>
    browser.open((await party.begin({ prompt: 'none' })).url, { stayAt: stayAt() }),
  'a pushed request': async (browser) =>
    browser.open((await party.begin({ prompt: 'none' }, { usePar: true })).url, { stayAt: stayAt() }),
  'a request for another service': async (browser) =>
    browser.open((await party.begin({ prompt: 'none', scope: 'openid' })).url, { stayAt: stayAt() }),
  'the consent page': (browser, page) =>
    browser.open(page.url.replace('/sign-in/', '/consent/').replace(/\/[a-z-]+$/, ''), { stayAt: stayAt() }),
};

describe.each([
  ['a second factor of their own', {}],
  ['a level that was asked for', { claims: JSON.stringify({ id_token: { acr: { essential: true, values: [TWO] } } }) }],
])('a password alone, of somebody who needs %s,', (_name, extra) => {
  test.each(Object.keys(ways))('opens nothing by %s', async (name) => {
    const { browser, next } = await halfway(extra);
    expect(stepOf(next)).toBe('second-factor');
    const answer = await ways[name]?.(browser, next);
    expect(answer === undefined || isCode(answer)).toBe(false);
    expect(browser.cookies.some(({ name: cookie }) => cookie === 'panjereh') && (await isSignedIn(browser))).toBe(
      false,
    );
  });

  test('control: with the code it opens', async () => {
    const { browser, next, finish } = await halfway(extra);
    clock.advance(60_000);
    await provider.services.signingKeys.refresh();
    const step = await browser.open(next.url.replace(/second-factor$/, 'authenticator'), { stayAt: stayAt() });
    const consent = await submitTo(browser, step, {
      path: '/authenticator',
      fields: { code: codeNow() },
      stayAt: stayAt(),
    });
    const answer = isCode(consent)
      ? consent
      : await browser.submit(consent, { decision: 'allow' }, { stayAt: stayAt() });
    expect((await finish(new URL(answer.leadsTo ?? ''))).claims()).toMatchObject({ acr: TWO });
  });
});

async function isSignedIn(browser: Browser): Promise<boolean> {
  return isCode(await browser.open((await party.begin({ prompt: 'none' })).url, { stayAt: stayAt() }));
}

test('a device is connected by nobody who needs a second factor and has not given it', async () => {
  const code = await device.begin();
  const browser = createBrowser();
  const page = await enterUserCode(browser, code.user_code, stayAt());
  const signIn = await browser.submit(page, {}, { stayAt: stayAt() });
  const next = await browser.submit(signIn, who(1), { stayAt: stayAt() });
  expect(stepOf(next)).toBe('second-factor');
  const resumed = await browser.open(`${stayAt()}/device/${new URL(next.url).pathname.split('/')[2]}`, {
    stayAt: stayAt(),
  });
  expect(stepOf(resumed)).not.toBe('done');
  expect(await device.ask(code.device_code)).toBe('authorization_pending');
});

test('an id_token_hint of a stronger sign-in makes the present one no stronger', async () => {
  const browser = createBrowser();
  const begun = await party.begin();
  const callback = await signInAndConsent(browser, {
    authorizationUrl: begun.url,
    nationalCode: who(0).national_code,
    password: provider.password,
  });
  const { id_token: hint = '' } = await begun.finish(callback);
  const asked = await party.begin({
    prompt: 'none',
    id_token_hint: hint,
    claims: JSON.stringify({ id_token: { acr: { essential: true, values: [TWO] } } }),
  });
  expect(errorIn(await browser.open(asked.url, { stayAt: stayAt() }))).toBe('login_required');
});

describe('when an agreement comes to demand a level, what a weaker sign-in was given', () => {
  let weaker: TestRelyingParty;
  const METADATA = {
    redirect_uris: ['https://university.example/callback'],
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
  };
  beforeAll(async () => {
    weaker = await createRelyingParty(provider, { clientId: 'weaker' });
  });

  test('is worth nothing any more: code, refresh token, access token and session; and control, before it was', async () => {
    const browser = createBrowser();
    const tokens = await weaker.signIn({ citizen: 2, browser, extra: OFFLINE });
    const userinfo = () => oidc.fetchUserInfo(weaker.config, tokens.access_token, tokens.claims()?.sub ?? '');
    const silently = async () => {
      const { url, finish } = await weaker.begin({ prompt: 'none' });
      return { page: await browser.open(url, { stayAt: stayAt() }), finish };
    };
    expect(await errorOf(userinfo())).toBe('accepted');
    const early = await silently();
    expect(isCode(early.page)).toBe(true);

    await provider.register({
      clientId: 'weaker',
      metadata: METADATA,
      agreement: { claims: [], scopes: ['openid', 'profile', 'offline_access'], leastAcr: TWO },
    });
    expect(await errorOf(early.finish(new URL(early.page.leadsTo ?? '')))).toBe('invalid_grant');
    expect(await errorOf(oidc.refreshTokenGrant(weaker.config, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    expect(await errorOf(userinfo())).toBe('invalid_token');
    expect(errorIn((await silently()).page)).toBe('login_required');
  });
});

describe('whoever must change the password', () => {
  const CITIZEN = 3;
  const codes: Record<number, string[]> = {};
  beforeAll(async () => {
    const { citizens } = provider.services.people;
    const own = createOwnFactors(provider, clock);
    for (const citizen of [CITIZEN, 0]) codes[citizen] = await own.recoveryCodes(provider.citizens[citizen]?.id ?? '');
    await citizens.setState(provider.citizens[CITIZEN]?.id ?? '', 'must-change-password', 'test');
  });

  /** The password alone chooses no new one (11-a-password-that-was-reported). */
  async function giveCode(browser: Browser, choice: Page, citizen = CITIZEN): Promise<Page> {
    expect(stepOf(choice)).toBe('second-factor');
    const page = await browser.open(choice.url.replace(/second-factor$/, 'recovery-code'), { stayAt: stayAt() });
    const code = codes[citizen]?.pop() ?? '';
    return submitTo(browser, page, { path: '/recovery-code', fields: { code }, stayAt: stayAt() });
  }

  test.each(Object.keys(ways))('gets no code by %s before it is done', async (name) => {
    const { browser, next: choice } = await halfway({}, CITIZEN);
    const next = await giveCode(browser, choice);
    expect(stepOf(next)).toBe('new-password');
    const answer = await ways[name]?.(browser, next);
    expect(answer === undefined || isCode(answer)).toBe(false);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('connects no device before it is done', async () => {
    const code = await device.begin();
    const browser = createBrowser();
    const page = await enterUserCode(browser, code.user_code, stayAt());
    const signIn = await browser.submit(page, {}, { stayAt: stayAt() });
    const choice = await browser.submit(signIn, who(CITIZEN), { stayAt: stayAt() });
    expect(stepOf(await giveCode(browser, choice))).toBe('new-password');
    expect(await device.ask(code.device_code)).toBe('authorization_pending');
  });

  test('is led to it from a session that was there before, too', async () => {
    const browser = createBrowser();
    const { citizens } = provider.services.people;
    const elsewhere = createBrowser();
    for (const each of [browser, elsewhere]) {
      await party.signIn({ citizen: 0, browser: each });
      expect(await isSignedIn(each)).toBe(true);
    }
    await citizens.setState(provider.citizens[0]?.id ?? '', 'must-change-password', 'test');
    await provider.services.changeFeed.poll();
    const { url } = await party.begin({ prompt: 'none' });
    expect(errorIn(await browser.open(url, { stayAt: stayAt() }))).toBe('login_required');
    // And by their password, typed now: a session that was left open is no proof to set a new one by.
    const again = await browser.open((await party.begin()).url, { stayAt: stayAt() });
    expect(stepOf(again)).toBe('password');
    const skipped = await browser.open(again.url.replace(/password$/, 'new-password'), { stayAt: stayAt() });
    expect(stepOf(skipped)).toBe('password');
    const choice = await browser.submit(again, { password: provider.password }, { stayAt: stayAt() });
    const change = await giveCode(browser, choice, 0);
    expect(stepOf(change)).toBe('new-password');
    await browser.submit(change, { password: 'three unrelated words 5' }, { stayAt: stayAt() });
    await provider.services.changeFeed.poll();
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(elsewhere), 'signed in with the password of before').toBe(false);
  });
});
