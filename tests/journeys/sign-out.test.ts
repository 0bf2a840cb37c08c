import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { HOUR, SECOND } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page, readForms } from '#tests/support/browser.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

const SIGNED_OUT = 'https://university.example/signed-out';
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

type Party = TestRelyingParty & { receiver: LogoutReceiver };

let clock: FakeClock;
let provider: TestProvider;
let one: Party;
let two: Party;

beforeAll(async () => {
  clock = createFakeClock(systemClock.now());
  provider = await startProvider({ clock });
  const start = async (clientId: string): Promise<Party> => {
    const receiver = await startLogoutReceiver();
    const metadata = { backchannel_logout_uri: receiver.uri };
    return { ...(await createRelyingParty(provider, { clientId, metadata })), receiver };
  };
  one = await start('one');
  two = await start('two');
});
afterAll(async () => {
  await provider.close();
  for (const { receiver } of [one, two]) receiver.close();
});
beforeEach(async () => {
  // What the test before owed has arrived, so that it is not counted here.
  await vi.waitFor(async () => {
    const rates = await provider.services.registry.logoutOutbox.listSuccessRates(0);
    for (const { owed, delivered, dead } of rates) expect(delivered + dead).toBe(owed);
  }, 5_000);
  for (const { receiver } of [one, two]) {
    receiver.answerWith(200);
    receiver.tokens.length = 0;
  }
});

/** One browser, signed in at both. */
async function signedInAtBoth() {
  const browser = createBrowser();
  const atOne = await one.signIn({ browser });
  const atTwo = await two.signIn({ browser });
  return { browser, atOne, atTwo };
}

const stayAt = () => provider.issuer;

function leave(browser: Browser, parameters: Record<string, string>): Promise<Page> {
  return browser.open(`${provider.issuer}/logout?${new URLSearchParams(parameters)}`, { stayAt: stayAt() });
}

const press = (browser: Browser, page: Page, button: 'everything' | 'the other') =>
  browser.submit(page, button === 'everything' ? { logout: 'yes' } : {}, { stayAt: stayAt() });

async function isKnownAt(party: Party, browser: Browser): Promise<boolean> {
  const page = await browser.open((await party.begin({ prompt: 'none' })).url, { stayAt: stayAt() });
  return new URL(page.leadsTo ?? '').searchParams.has('code');
}

const told = (party: Party, times: number) =>
  vi.waitFor(() => expect(party.receiver.tokens).toHaveLength(times), { timeout: 5_000, interval: 20 });

const opens = async (accessToken: string) =>
  (await fetch(`${provider.issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } })).ok;

describe('leaving from a service', () => {
  test('with a hint the page names the service, and "everything" ends every session and its tokens', async () => {
    const { browser, atOne, atTwo } = await signedInAtBoth();
    expect(await opens(atTwo.access_token)).toBe(true);
    const hint = { id_token_hint: atOne.id_token ?? '', post_logout_redirect_uri: SIGNED_OUT, state: 'x y' };
    const page = await leave(browser, hint);
    expect(page.text).toMatch(/signed out of <bdi[^>]*>Service one/);
    expect(page.text).toContain('Service two');
    expect(page.text).toContain('Only this service');
    expect(await isKnownAt(two, browser)).toBe(true);

    const gone = await press(browser, await leave(browser, hint), 'everything');
    expect(gone.leadsTo).toBe(`${SIGNED_OUT}?state=x+y`);
    expect([await isKnownAt(one, browser), await isKnownAt(two, browser)]).toEqual([false, false]);
    expect([await opens(atOne.access_token), await opens(atTwo.access_token)]).toEqual([false, false]);
  });

  test('"only this service" ends that one alone', async () => {
    const { browser, atOne, atTwo } = await signedInAtBoth();
    const page = await leave(browser, { id_token_hint: atOne.id_token ?? '' });
    const done = await press(browser, page, 'the other');
    expect(done.text).toMatch(/signed out of <bdi[^>]*>Service one/);
    expect([await opens(atOne.access_token), await opens(atTwo.access_token)]).toEqual([false, true]);
    expect(await isKnownAt(two, browser)).toBe(true);
    await told(one, 1);
    expect(two.receiver.tokens).toHaveLength(0);
  });

  test('without a hint nothing happens before the citizen says so', async () => {
    const { browser } = await signedInAtBoth();
    const page = await leave(browser, {});
    expect(page.text).toContain('Stay signed in');
    const stayed = await press(browser, page, 'the other');
    expect(stayed.status).toBe(200);
    expect(await isKnownAt(one, browser)).toBe(true);
    const done = await press(browser, await leave(browser, {}), 'everything');
    expect(done.text).toContain('You are signed out');
    expect(await isKnownAt(one, browser)).toBe(false);
  });

  test('the form of another browser signs nobody out', async () => {
    const { browser } = await signedInAtBoth();
    await leave(browser, {});
    const strangersPage = await leave((await signedInAtBoth()).browser, {});
    const [form] = readForms(strangersPage.text);
    const forged = { ...strangersPage, text: `<form action="${form?.action}"></form>` };
    const xsrf = form?.hidden.find(([name]) => name === 'xsrf')?.[1];
    const answer = await browser.submit(forged, { xsrf, logout: 'yes' }, { stayAt: stayAt() });
    expect(answer.status).toBe(400);
    expect(await isKnownAt(one, browser)).toBe(true);
  });
});

describe('post_logout_redirect_uri', () => {
  test.each([
    [`${SIGNED_OUT}/`],
    [`${SIGNED_OUT}?x=1`],
    ['https://university.example/'],
    ['https://UNIVERSITY.example/signed-out'],
    ['https://university.example.evil.example/signed-out'],
  ])('that differs from the registered one is refused: %s', async (uri) => {
    const { browser, atOne } = await signedInAtBoth();
    const page = await leave(browser, { id_token_hint: atOne.id_token ?? '', post_logout_redirect_uri: uri });
    expect([page.status, page.leadsTo]).toEqual([400, undefined]);
    expect(await isKnownAt(one, browser)).toBe(true);
  });

  test('of nobody known leads nowhere', async () => {
    const { browser } = await signedInAtBoth();
    const page = await leave(browser, { post_logout_redirect_uri: 'https://evil.example/' });
    const done = await press(browser, page, 'everything');
    expect([done.leadsTo, done.text.includes('evil.example')]).toEqual([undefined, false]);
  });

  test('with a forged hint leads nowhere', async () => {
    const { browser, atOne } = await signedInAtBoth();
    const forged = `${(atOne.id_token ?? '').slice(0, -8)}AAAAAAAA`;
    const page = await leave(browser, { id_token_hint: forged, post_logout_redirect_uri: SIGNED_OUT });
    expect([page.status, page.leadsTo]).toEqual([400, undefined]);
  });
});

describe('telling the services', () => {
  async function leaveEverything() {
    const signedIn = await signedInAtBoth();
    const page = await leave(signedIn.browser, { id_token_hint: signedIn.atOne.id_token ?? '' });
    await press(signedIn.browser, page, 'everything');
    return signedIn;
  }

  test('each gets a logout token of its own that it can verify', async () => {
    const { atOne, atTwo } = await leaveEverything();
    const keys = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
    for (const [party, tokens] of [
      [one, atOne],
      [two, atTwo],
    ] as const) {
      await told(party, 1);
      const { payload, protectedHeader } = await jwtVerify(party.receiver.tokens[0] ?? '', keys, {
        issuer: provider.issuer,
        audience: party.clientId,
        typ: 'logout+jwt',
        requiredClaims: ['iat', 'exp', 'jti', 'sid'],
      });
      expect(protectedHeader.alg).toBe('ES256');
      expect(payload.events).toEqual({ [LOGOUT_EVENT]: {} });
      expect(payload.sid).toBe(tokens.claims()?.sid);
      expect(payload.sub).toBe(tokens.claims()?.sub);
      expect(payload).not.toHaveProperty('nonce');
    }
    expect(atOne.claims()?.sid).not.toBe(atTwo.claims()?.sid);
  });

  test('one that is down is told as soon as it is back, and the citizen never waits for it', async () => {
    two.receiver.answerWith(503);
    const before = two.receiver.attempts();
    await leaveEverything();
    await told(one, 1);
    await vi.waitFor(() => expect(two.receiver.attempts()).toBe(before + 1), 5_000);
    two.receiver.answerWith(200);
    clock.advance(6 * SECOND);
    provider.services.logoutDelivery.wake();
    await told(two, 1);
    expect(one.receiver.tokens).toHaveLength(1);
  });

  test('one that stays down for a day is listed for the operator', async () => {
    two.receiver.answerWith(503);
    const before = two.receiver.attempts();
    await leaveEverything();
    await vi.waitFor(() => expect(two.receiver.attempts()).toBe(before + 1), 5_000);
    const { logoutOutbox } = provider.services.registry;
    expect(await logoutOutbox.listDead()).toEqual([]);
    clock.advance(24 * HOUR + SECOND);
    provider.services.logoutDelivery.wake();
    await vi.waitFor(async () => expect(await logoutOutbox.listDead()).toHaveLength(1), 5_000);
    expect(await logoutOutbox.listDead()).toMatchObject([{ clientId: 'two', lastError: 'status 503' }]);
  });
});
