import * as oidc from 'openid-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** The library reads the time by itself, so here the process's own date is moved, for it and for us alike. */
const startsAt = systemClock.now();
let provider: TestProvider;
const parties: TestRelyingParty[] = [];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: startsAt });
  provider = await startProvider();
  for (const clientId of ['one', 'two', 'three', 'four'])
    parties.push(await createRelyingParty(provider, { clientId }));
});
beforeEach(() => moveTo(startsAt));
afterEach(() => Promise.all(provider.citizens.map(({ id }) => provider.services.sessions.endAll(id))));
afterAll(async () => {
  vi.useRealTimers();
  await provider.close();
});

/** An instance that has not read its keys for a while signs nothing, so they are read at each new time. */
async function moveTo(time: number): Promise<void> {
  vi.setSystemTime(time);
  await provider.services.signingKeys.refresh();
}

const pass = (milliseconds: number) => moveTo(systemClock.now() + milliseconds);

function party(index = 0): TestRelyingParty {
  const found = parties[index];
  if (found === undefined) throw new Error(`there is no relying party ${index}`);
  return found;
}

function who(citizen: number) {
  const { id = '', nationalCode = '' } = provider.citizens[citizen] ?? {};
  return { id, nationalCode, password: provider.password };
}

/** Opens a sign-in as far as it goes without the citizen. */
async function open(browser: Browser, index = 0, extra: Record<string, string> = {}): Promise<Page> {
  return browser.open((await party(index).begin(extra)).url, { stayAt: provider.issuer });
}

async function isSignedIn(browser: Browser, index = 0): Promise<boolean> {
  const { leadsTo } = await open(browser, index, { prompt: 'none' });
  return new URL(leadsTo ?? provider.issuer).searchParams.has('code');
}

/** Types the password and, where a box is to be ticked, ticks it. */
function type(browser: Browser, page: Page, citizen: number, more: Record<string, string> = {}): Promise<Page> {
  const { nationalCode, password } = who(citizen);
  return browser.submit(page, { national_code: nationalCode, password, ...more }, { stayAt: provider.issuer });
}

async function signIn(browser: Browser, { citizen = 0, isShared = false, index = 0 } = {}): Promise<void> {
  const { url } = await party(index).begin();
  await signInAndConsent(browser, { authorizationUrl: url, ...who(citizen), isShared });
}

test('tabs that sign in at several relying parties at once all keep what they did', async () => {
  const browser = createBrowser();
  for (const index of [0, 1, 2, 3]) await signIn(browser, { index });
  const fresh = createBrowser();
  await signIn(fresh);
  const answers = await Promise.all([1, 2, 3].map((index) => open(fresh, index)));
  expect(answers.every(({ leadsTo }) => leadsTo?.includes('code='))).toBe(true);
  const sessions = await provider.services.sessions.list(who(0).id);
  expect(sessions.map(({ clientIds }) => clientIds.toSorted())).toEqual([
    ['four', 'one', 'three', 'two'],
    ['four', 'one', 'three', 'two'],
  ]);
});

test('a citizen sees their own sessions alone, by device and relying party', async () => {
  const phone = createBrowser({ userAgent: 'A phone' });
  await signIn(phone);
  await signIn(phone, { index: 1 });
  await pass(2 * MINUTE);
  await signIn(createBrowser({ userAgent: 'A computer at the library' }), { isShared: true });
  await signIn(createBrowser(), { citizen: 1 });
  const sessions = await provider.services.sessions.list(who(0).id);
  expect(sessions.toSorted((a, b) => a.startedAt - b.startedAt)).toMatchObject([
    { device: 'A phone', clientIds: ['one', 'two'], isShared: false, acr: 'urn:panjereh:aal:1' },
    { device: 'A computer at the library', clientIds: ['one'], isShared: true },
  ]);
});

test('a session that its citizen ends is over at once, with its tokens, and others go on', async () => {
  const [lost, kept] = [createBrowser({ userAgent: 'lost' }), createBrowser({ userAgent: 'kept' })];
  const tokens = await party().signIn({ browser: lost });
  await signIn(kept);
  const session = (await provider.services.sessions.list(who(0).id)).find(({ device }) => device === 'lost');
  const ended = await provider.services.sessions.end({ citizenId: who(0).id, sessionId: session?.id ?? '' });
  expect(ended?.told).toMatchObject([{ clientId: 'one' }]);
  expect([await isSignedIn(lost), await isSignedIn(kept)]).toEqual([false, true]);
  expect(await errorOf(oidc.fetchUserInfo(party().config, tokens.access_token, oidc.skipSubjectCheck))).toBe(
    'invalid_token',
  );
});

test('nobody ends the session of another citizen', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const [session] = await provider.services.sessions.list(who(0).id);
  expect(await provider.services.sessions.end({ citizenId: who(1).id, sessionId: session?.id ?? '' })).toBeUndefined();
  expect(await isSignedIn(browser)).toBe(true);
});

test('a citizen can end every session at once', async () => {
  const browsers = [createBrowser(), createBrowser(), createBrowser()];
  for (const browser of browsers) await signIn(browser);
  expect(await provider.services.sessions.endAll(who(0).id)).toHaveLength(3);
  expect(await Promise.all(browsers.map((browser) => isSignedIn(browser)))).toEqual([false, false, false]);
  expect(await provider.services.sessions.list(who(0).id)).toEqual([]);
});

test.each([
  { kind: 'an own computer', isShared: false, idle: 60 * MINUTE, absolute: 24 * HOUR },
  { kind: 'a shared computer', isShared: true, idle: 15 * MINUTE, absolute: 1 * HOUR },
])('on $kind a session ends unused, and in the end however much it is used', async ({ isShared, idle, absolute }) => {
  const browser = createBrowser();
  await signIn(browser, { isShared });
  await pass(idle - MINUTE);
  expect(await isSignedIn(browser)).toBe(true);
  await pass(idle + MINUTE);
  expect(await isSignedIn(browser)).toBe(false);

  const busy = createBrowser();
  const pathOfAccount = async () =>
    new URL((await busy.open(`${provider.issuer}/account`, { stayAt: provider.issuer })).url).pathname;
  await signIn(busy, { isShared });
  const beganAt = systemClock.now();
  while (systemClock.now() + idle / 2 < beganAt + absolute) {
    await pass(idle / 2);
    expect(await isSignedIn(busy), `after ${(systemClock.now() - beganAt) / MINUTE} minutes`).toBe(true);
  }
  expect(await pathOfAccount()).toBe('/account');
  await moveTo(beganAt + absolute + MINUTE);
  expect(await pathOfAccount(), 'the pages of the account').toMatch(/^\/sign-in\//);
  expect(await isSignedIn(busy)).toBe(false);
});

test('on a shared computer the session ends with the browser, and the computer is not remembered', async () => {
  const [own, shared] = [createBrowser(), createBrowser()];
  await signIn(own);
  await signIn(shared, { isShared: true });
  const attributesOf = ({ cookies }: Browser, name: string) =>
    cookies.find((cookie) => cookie.name === name)?.attributes;
  expect(attributesOf(own, 'panjereh_device')).toMatch(/expires=/i);
  expect(attributesOf(shared, 'panjereh_device')).toBeUndefined();
  expect(attributesOf(own, 'panjereh')).toMatch(/expires=/i);
  expect(attributesOf(shared, 'panjereh')).not.toMatch(/expires=|max-age=/i);
});

test('what was granted ends with signing out, except what was asked for to last', async () => {
  const browser = createBrowser();
  const brief = await party().signIn({ browser });
  const lasting = await party(1).signIn({ browser, extra: { scope: 'openid offline_access', prompt: 'consent' } });
  const page = await browser.open(`${provider.issuer}/logout`, { stayAt: provider.issuer });
  await browser.submit(page, { logout: 'yes' }, { stayAt: provider.issuer });
  expect(await isSignedIn(browser)).toBe(false);
  expect(await errorOf(oidc.fetchUserInfo(party().config, brief.access_token, oidc.skipSubjectCheck))).toBe(
    'invalid_token',
  );
  expect(await errorOf(oidc.refreshTokenGrant(party(1).config, lasting.refresh_token ?? ''))).toBe('accepted');
});

test('consent is remembered in a new session, and asked again only when something is new', async () => {
  const citizen = 2;
  await signIn(createBrowser(), { citizen });
  const later = createBrowser();
  const again = await type(later, await open(later), citizen);
  expect(again.leadsTo).toContain('code=');

  const more = await open(later, 0, { scope: 'openid profile birthdate' });
  expect(more.url).toContain('/consent/');
  expect(more.text).toMatch(/birth/i);
  const given = await later.submit(more, { decision: 'allow' }, { stayAt: provider.issuer });
  expect(given.leadsTo).toContain('code=');
  expect((await open(later, 0, { scope: 'openid profile birthdate' })).leadsTo).toContain('code=');
});

test('an optional claim that was left out stays out and is not asked for again', async () => {
  const citizen = 3;
  const scope = 'openid profile phone';
  const claimsOf = async (browser: Browser) => {
    const { url, finish } = await party().begin({ scope });
    const page = await browser.open(url, { stayAt: provider.issuer });
    const { access_token } = await finish(new URL(page.leadsTo ?? page.url));
    return oidc.fetchUserInfo(party().config, access_token, oidc.skipSubjectCheck);
  };
  const browser = createBrowser();
  const consent = await type(browser, await open(browser, 0, { scope }), citizen);
  await browser.submit(consent, { decision: 'allow' }, { stayAt: provider.issuer });
  expect(await claimsOf(browser)).toMatchObject({ given_name: provider.citizens[citizen]?.givenName });
  expect(await claimsOf(browser)).not.toHaveProperty('phone_number');
  const later = createBrowser();
  expect((await type(later, await open(later, 0, { scope }), citizen)).leadsTo).toContain('code=');
  expect(await claimsOf(later)).not.toHaveProperty('phone_number');

  const asked = await open(later, 0, { scope, prompt: 'consent' });
  await later.submit(asked, { decision: 'allow', claims: 'phone_number' }, { stayAt: provider.issuer });
  expect(await claimsOf(later)).toHaveProperty('phone_number');
});
