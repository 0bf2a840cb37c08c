import { dirname } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '#platform/durations.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { addressOf, realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { arriveStrongly, phoneOfCitizen } from '#tests/support/strong-citizen.ts';

/**
 * An account ends at its owner's wish, after a wait in which anybody who is signed in can keep it; afterwards nothing
 * that it ever gave out works anywhere. Two instances; what is dead is asked at both.
 */
const DEAD_WITHIN = 5_000;

let outside: OutsideServices;
let provider: TestProvider;
let other: TestProvider;
let receiver: LogoutReceiver;
let university: TestRelyingParty;
beforeAll(async () => {
  outside = await startOutsideServices();
  const stores = await realStores();
  provider = await startProvider({ stores, environment: outside.environment });
  const folder = dirname(provider.services.settings.keysFolder);
  other = await startProvider({ stores, folder, issuer: provider.issuer, environment: outside.environment });
  receiver = await startLogoutReceiver();
  university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: { backchannel_logout_uri: receiver.uri },
  });
}, 60_000);
afterAll(async () => {
  receiver.close();
  await other.close();
  await provider.close();
  await outside.close();
});

const CLOSE = '/account/close';
const at = (path: string) => `${provider.issuer}${path}`;
const idOf = (citizen: number) => provider.citizens[citizen]?.id ?? '';
const find = (citizen: number) => provider.services.people.citizens.findById(idOf(citizen));
const fieldsOf = (citizen: number) => ({
  national_code: provider.citizens[citizen]?.nationalCode,
  password: provider.password,
});

async function askToClose(citizen: number, browser = createBrowser()): Promise<Browser> {
  const page = await arriveStrongly({ provider, outside, browser, citizen, to: CLOSE });
  const asked = await submitTo(browser, page, { path: CLOSE, stayAt: provider.issuer });
  expect(asked.text).toContain('Your account will be closed on');
  return browser;
}

/** Both instances are asked; true while either still gives something out. */
type Attempt = () => Promise<boolean>;

/** What may be tried as often as one likes, and what uses up the refresh token, where one was issued. */
type Attempts = { lasting: Record<string, Attempt>; refreshes: Attempt | undefined };

async function attemptsOf(
  citizen: number,
  { browser = createBrowser(), scope = 'openid profile offline_access' } = {},
): Promise<Attempts> {
  const { access_token, refresh_token } = await university.signIn({
    browser,
    citizen,
    extra: { scope, prompt: 'consent' },
  });
  const bases = [provider.issuer, addressOf(other)];
  const asked = (ask: (base: string) => Promise<boolean>) => async () =>
    (await Promise.all(bases.map(ask))).some((isAlive) => isAlive);
  const asClient = {
    authorization: `Basic ${Buffer.from('university:a-secret-of-the-tests-of-more-than-32-characters').toString('base64')}`,
  };
  const post = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: asClient, body: new URLSearchParams(fields) });
  const introspects = async (base: string, token: string) => {
    const answer: unknown = await (await post(`${base}/introspect`, { token })).json();
    return typeof answer === 'object' && answer !== null && 'active' in answer && answer.active === true;
  };
  const silent = (await university.begin({ prompt: 'none' })).url;
  const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const lasting = {
    userinfo: asked(async (base) => {
      const headers = { authorization: `Bearer ${access_token}` };
      return (await fetch(`${base}/userinfo`, { headers })).status === 200;
    }),
    'introspection of the access token': asked((base) => introspects(base, access_token)),
    'sign-on in an open session': asked(async (base) => {
      const url = silent.replace(provider.issuer, base);
      const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? 'x:').searchParams.has('code');
    }),
  };
  if (refresh_token === undefined) return { lasting, refreshes: undefined };
  return {
    lasting: { ...lasting, 'introspection of the refresh token': asked((base) => introspects(base, refresh_token)) },
    refreshes: asked(async (base) => {
      const { status } = await post(`${base}/token`, { grant_type: 'refresh_token', refresh_token });
      expect([200, 400]).toContain(status);
      return status === 200;
    }),
  };
}

describe('asking for the end of an account', () => {
  test('needs a fresh sign-in with two factors; a password alone asks for nothing', async () => {
    const browser = createBrowser();
    const stay = { stayAt: provider.issuer };
    const page = await browser.submit(await browser.open(at(`/enter?to=${CLOSE}`), stay), fieldsOf(0), stay);
    expect(page.url).toBe(at(CLOSE));
    expect(page.text).toContain('Computer Crimes Act');
    const sent = await submitTo(browser, page, { path: CLOSE, stayAt: provider.issuer });
    expect(sent.url).toContain('/sms');
    expect((await find(0))?.closesAt).toBeUndefined();
  });

  test('begins a wait of fourteen days, is told by SMS, and works as before until then', async () => {
    await askToClose(0);
    const closesAt = (await find(0))?.closesAt ?? 0;
    const waits = closesAt - provider.services.clock.now();
    expect(waits).toBeGreaterThan(14 * DAY - 60_000);
    expect(waits).toBeLessThanOrEqual(14 * DAY);
    await expect
      .poll(() => outside.messagesTo(phoneOfCitizen(0)).join('\n'), { timeout: 10_000 })
      .toContain(`to be closed in 14 days, as was asked. If you do not want that, stop it: ${at(CLOSE)}`);
    for (const [name, isAlive] of Object.entries((await attemptsOf(1)).lasting))
      expect(await isAlive(), name).toBe(true);
  });

  test('is shown at every sign-in, where one button keeps the account, or one goes on to the university', async () => {
    const stay = { stayAt: provider.issuer };
    for (const decision of ['go-on', 'keep']) {
      const browser = createBrowser();
      const page = await browser.submit(await browser.open((await university.begin()).url, stay), fieldsOf(0), stay);
      expect(new URL(page.url).pathname).toMatch(/^\/sign-in\/[\w-]+\/closing$/);
      expect(page.text).toContain('This account is about to be closed');
      const on = await submitTo(browser, page, { path: '/closing', fields: { decision }, stayAt: provider.issuer });
      expect(on.url.includes('/consent/') || on.leadsTo?.includes('code=') === true, on.url).toBe(true);
      expect((await find(0))?.closesAt === undefined).toBe(decision === 'keep');
    }
    await expect
      .poll(() => outside.messagesTo(phoneOfCitizen(0)).join('\n'), { timeout: 10_000 })
      .toContain('will not be closed');
    const browser = createBrowser();
    const page = await browser.submit(await browser.open((await university.begin()).url, stay), fieldsOf(0), stay);
    expect(page.url).not.toContain('/closing');
  });

  test('can be stopped in the account too, and by “this was not me”', async () => {
    const browser = await askToClose(2);
    const page = await browser.open(at(CLOSE));
    const stopped = await submitTo(browser, page, { path: `${CLOSE}/stop`, stayAt: provider.issuer });
    expect(stopped.text).toContain('Your account will not be closed');
    expect((await find(2))?.closesAt).toBeUndefined();

    const robbed = await askToClose(2);
    const activity = await robbed.open(at('/account/activity'));
    expect(activity.text).toContain('You asked for your account to be closed');
    const event = /name="event" value="(\d+)"/.exec(activity.text)?.[1] ?? '';
    await submitTo(robbed, activity, { path: '/account/not-me', fields: { event }, stayAt: provider.issuer });
    expect(await find(2)).toMatchObject({ state: 'must-change-password' });
    expect((await find(2))?.closesAt).toBeUndefined();
  });
});

describe('what a citizen takes back is dead on both instances within five seconds', () => {
  const rows = [
    {
      what: 'a consent, and the refresh token that came of it',
      ...{ scope: 'openid profile offline_access', hasRefreshToken: true },
      ...{ path: '/account/services', fields: { service: 'university' } },
    },
    {
      what: 'all sessions, of which no refresh token is left because none was issued',
      ...{ scope: 'openid profile', hasRefreshToken: false },
      ...{ path: '/account/sessions', fields: { all: 'yes' } },
    },
  ];
  test.each(rows)('$what', async ({ scope, hasRefreshToken, path, fields }) => {
    const browser = createBrowser();
    const { lasting, refreshes } = await attemptsOf(3, { browser, scope });
    expect(refreshes !== undefined).toBe(hasRefreshToken);
    for (const [name, isAlive] of Object.entries(lasting)) expect(await isAlive(), name).toBe(true);
    const page = await browser.open(at(path));
    await submitTo(browser, page, { path, fields, stayAt: provider.issuer });
    const endedAt = performance.now();
    for (const [name, isAlive] of Object.entries(lasting)) {
      const left = Math.max(1, DEAD_WITHIN - (performance.now() - endedAt));
      await expect.poll(isAlive, { timeout: left, interval: 100, message: name }).toBe(false);
    }
    expect((await refreshes?.()) ?? false).toBe(false);
  });
});

test('when the time has come one instance closes it, and everything it gave out is dead on both within five seconds', async () => {
  const { lasting, refreshes } = await attemptsOf(1);
  const { lasting: bystander, refreshes: bystanderRefreshes } = await attemptsOf(3);
  const owner = await askToClose(1);
  for (const [name, isAlive] of Object.entries({ ...lasting, ...bystander })) expect(await isAlive(), name).toBe(true);
  const told = receiver.tokens.length;

  await sql`update citizens set closes_at = now() where id = ${idOf(1)}`.execute(provider.services.database);
  await expect.poll(async () => (await find(1))?.state, { timeout: 10_000, interval: 100 }).toBe('closed');
  const closedAt = performance.now();
  for (const [name, isAlive] of Object.entries(lasting))
    await expect
      .poll(isAlive, {
        timeout: Math.max(1, DEAD_WITHIN - (performance.now() - closedAt)),
        interval: 100,
        message: name,
      })
      .toBe(false);
  expect(await refreshes?.()).toBe(false);
  expect((await owner.open(at('/account'))).url).toContain('/sign-in/');

  await expect.poll(() => receiver.tokens.length, { timeout: 10_000 }).toBeGreaterThan(told);
  await expect
    .poll(() => outside.messagesTo(phoneOfCitizen(1)).join('\n'), { timeout: 10_000 })
    .toContain('your account was closed, as you asked');
  const { registry, auditStore, people, database } = provider.services;
  await expect.poll(() => registry.consents.listOf(idOf(1)), { timeout: 10_000 }).toEqual([]);
  await Promise.all([auditStore.flush(), other.services.auditStore.flush()]);
  const closings = await auditStore.listOf(idOf(1), { limit: 9, names: ['account.closed'] });
  expect(closings.map(({ details }) => details)).toEqual([{ reason: 'asked-by-citizen' }]);
  expect(await people.rememberedDevices.list(idOf(1))).toEqual([]);
  const { rows } = await sql`select closes_at, phone from citizens where id = ${idOf(1)}`.execute(database);
  expect(rows).toEqual([{ closes_at: null, phone: null }]);
  const stay = { stayAt: provider.issuer };
  const browser = createBrowser();
  const page = await browser.submit(await browser.open((await university.begin()).url, stay), fieldsOf(1), stay);
  expect([page.status, page.url.includes('/sign-in/')]).toEqual([422, true]);
  // The control: somebody else's account gives out what it did.
  for (const [name, isAlive] of Object.entries(bystander)) expect(await isAlive(), name).toBe(true);
  expect(await bystanderRefreshes?.()).toBe(true);
});
