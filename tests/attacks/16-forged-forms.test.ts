import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page, signInAndConsent } from '#tests/support/browser.ts';
import { createDevice, enterUserCode, type TestDevice } from '#tests/support/device.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Another site posts our forms from the citizen's browser (CVE-2026-15571). Each net is tried with the others taken away. */
let provider: TestProvider;
let university: TestRelyingParty;
let device: TestDevice;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
  device = await createDevice(provider, { clientId: 'kiosk' });
});
afterAll(async () => {
  device.close();
  await provider.close();
});

const stayAt = () => provider.issuer;
const who = () => ({ nationalCode: provider.citizens[0]?.nationalCode ?? '', password: provider.password });

async function openSignIn(browser: Browser): Promise<Page> {
  return browser.open((await university.begin({ prompt: 'login' })).url, { stayAt: stayAt() });
}

async function openConsent(browser: Browser): Promise<Page> {
  const { url } = await university.begin({ prompt: 'login consent' });
  const { nationalCode, password } = who();
  const page = await browser.open(url, { stayAt: stayAt() });
  return browser.submit(page, { national_code: nationalCode, password }, { stayAt: stayAt() });
}

async function openSignOut(browser: Browser): Promise<Page> {
  const { url } = await university.begin();
  await signInAndConsent(browser, { authorizationUrl: url, ...who() });
  return browser.open(`${provider.issuer}/logout`, { stayAt: stayAt() });
}

let sessionsBefore = 0;
let oneSession = '';
const sessionsNow = async () => (await provider.services.sessions.list(provider.citizens[0]?.id ?? '')).length;

async function openSessions(browser: Browser): Promise<Page> {
  const { url } = await university.begin();
  await signInAndConsent(browser, { authorizationUrl: url, ...who() });
  sessionsBefore = await sessionsNow();
  const page = await browser.open(`${provider.issuer}/account/sessions`, { stayAt: stayAt() });
  oneSession = /name="session" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return page;
}

/** The code of the device that the page under attack is about. */
let deviceCode = '';
let userCode = '';

async function openDevice(browser: Browser): Promise<Page> {
  const { url } = await university.begin();
  await signInAndConsent(browser, { authorizationUrl: url, ...who() });
  const begun = await device.begin('openid');
  [deviceCode, userCode] = [begun.device_code, begun.user_code];
  return browser.open(`${provider.issuer}/device`, { stayAt: stayAt() });
}

async function openDeviceQuestion(browser: Browser): Promise<Page> {
  await openDevice(browser);
  return enterUserCode(browser, userCode, stayAt());
}

type Forged = {
  name: string;
  open(browser: Browser): Promise<Page>;
  fields(): Record<string, string>;
  token: string;
  form?: number;
  /** Whether the post did what it is for. */
  isDone(answer: Page, browser: Browser): Promise<boolean>;
  /** Whether our own code checks where a request comes from; the library has its token alone. */
  knowsOrigins: boolean;
};

const hasCode = ({ leadsTo }: Page) => leadsTo?.includes('code=') === true;

const forms: Forged[] = [
  {
    name: 'sign-in',
    open: openSignIn,
    fields: () => ({ national_code: who().nationalCode, password: who().password }),
    token: 'csrf',
    isDone: async (answer) => hasCode(answer) || answer.url.includes('/consent/'),
    knowsOrigins: true,
  },
  {
    name: 'cancelling a sign-in',
    open: openSignIn,
    fields: () => ({}),
    token: 'csrf',
    form: 1,
    isDone: async ({ leadsTo }) => leadsTo?.includes('access_denied') === true,
    knowsOrigins: true,
  },
  {
    name: 'consent',
    open: openConsent,
    fields: () => ({ decision: 'allow' }),
    token: 'csrf',
    isDone: async (answer) => hasCode(answer),
    knowsOrigins: true,
  },
  {
    name: 'signing out',
    open: openSignOut,
    fields: () => ({ logout: 'yes' }),
    token: 'xsrf',
    isDone: async (_answer, browser) => {
      const { url } = await university.begin({ prompt: 'none' });
      return !hasCode(await browser.open(url, { stayAt: stayAt() }));
    },
    knowsOrigins: false,
  },
  {
    name: 'ending a session from the list',
    open: openSessions,
    fields: () => ({ session: oneSession }),
    token: 'csrf',
    isDone: async () => (await sessionsNow()) < sessionsBefore,
    knowsOrigins: true,
  },
  {
    name: 'entering the code of a device',
    open: openDevice,
    fields: () => ({ user_code: userCode }),
    token: 'xsrf',
    isDone: async ({ text }) => text.includes('Connect this device?'),
    knowsOrigins: false,
  },
  {
    name: 'connecting a device',
    open: openDeviceQuestion,
    fields: () => ({}),
    token: 'xsrf',
    isDone: async (answer, browser) => {
      if (answer.url.includes('/consent/')) await browser.submit(answer, { decision: 'allow' }, { stayAt: stayAt() });
      return typeof (await device.ask(deviceCode)) !== 'string';
    },
    knowsOrigins: false,
  },
];

describe.each(forms)('the form of $name', ({ open, fields, token, form = 0, isDone, knowsOrigins }) => {
  async function post({
    change = {},
    headers = {},
    strip = [],
  }: {
    change?: Record<string, string | undefined>;
    headers?: Record<string, string>;
    strip?: RegExp[];
  }) {
    const browser = createBrowser();
    const page = await open(browser);
    const kept = browser.cookies.filter(({ name }) => !strip.some((pattern) => pattern.test(name)));
    browser.cookies.splice(0, browser.cookies.length, ...kept);
    const answer = await browser.submit(page, { ...fields(), ...change }, { stayAt: stayAt(), form, headers });
    return { answer, isDone: await isDone(answer, browser) };
  }

  test('control: posted by our own page it works', async () => {
    expect((await post({})).isDone).toBe(true);
  });

  test.each([
    ['left out', () => undefined],
    ['empty', () => ''],
    ['of the right length', () => 'A'.repeat(43)],
    ['in an array of two', () => 'A,B'],
  ])('is refused with a token %s', async (_name, value) => {
    const { answer, isDone: done } = await post({ change: { [token]: value() } });
    expect(done).toBe(false);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test("is refused with the token of the attacker's own browser", async () => {
    const attackers = await open(createBrowser());
    const theirs = new RegExp(`name="${token}" value="([^"]+)"`).exec(attackers.text)?.[1];
    expect(theirs).toMatch(/^[\w-]{20,}$/);
    expect((await post({ change: { [token]: theirs } })).isDone).toBe(false);
  });

  // The library's own forms have their token alone, so these two rules are not theirs.
  const ours = knowsOrigins ? test : () => undefined;
  ours('is refused from elsewhere even with the right token and every cookie', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect((await post({ headers: { 'sec-fetch-site': site } })).answer.status, site).toBe(403);
    for (const origin of ['https://evil.example', `${provider.issuer}.evil.example`])
      expect((await post({ headers: { origin } })).answer.status, origin).toBe(403);
  });

  ours('is refused without the cookie that its token belongs to', async () => {
    expect((await post({ strip: [/form$/] })).isDone).toBe(false);
  });
});

test('every cookie of ours is HttpOnly and comes along with no form of another site', async () => {
  const browser = createBrowser();
  await openSignOut(browser);
  expect(browser.cookies.length).toBeGreaterThan(3);
  for (const { name, attributes } of browser.cookies) {
    expect(attributes, name).toMatch(/httponly/i);
    expect(attributes, name).toMatch(/samesite=(?:lax|strict)/i);
  }
});

test('a link alone signs nobody out: without a hint one is asked first', async () => {
  const browser = createBrowser();
  const page = await openSignOut(browser);
  expect(page.status).toBe(200);
  const { url } = await university.begin({ prompt: 'none' });
  expect(hasCode(await browser.open(url, { stayAt: stayAt() }))).toBe(true);
});

test('no page takes an address for a post: the same by GET changes nothing', async () => {
  const browser = createBrowser();
  const page = await openConsent(browser);
  const answer = await browser.open(`${page.url}?decision=allow`, { stayAt: stayAt() });
  expect(hasCode(answer)).toBe(false);
  expect(answer.status).toBe(200);
});
