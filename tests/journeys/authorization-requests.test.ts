import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { AUTHENTICATION_LEVELS } from '#citizens/authentication-levels.ts';
import { systemClock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page, readForms, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

let provider: TestProvider;
let university: TestRelyingParty;
beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());
afterEach(() => {
  vi.useRealTimers();
});

const citizen = (index: number) => {
  const who = provider.citizens[index];
  if (who === undefined) throw new Error(`there is no demo citizen ${index}`);
  return who;
};

/** A browser in which a citizen has signed in at the university and agreed. */
async function signedIn(index = 0): Promise<{ browser: Browser; idToken: string; sub: string }> {
  const browser = createBrowser();
  const tokens = await university.signIn({ browser, citizen: index });
  return { browser, idToken: tokens.id_token ?? '', sub: tokens.claims()?.sub ?? '' };
}

async function ask(extra: Record<string, string>, browser = createBrowser()): Promise<Page> {
  return browser.open((await university.begin(extra)).url, { stayAt: provider.issuer });
}

const answerOf = (page: Page) => new URL(page.leadsTo ?? 'about:blank').searchParams;

describe('response_mode=form_post', () => {
  const words = { fa: 'در حال ادامه', en: 'One moment' };

  test.each([
    ['fa', 'by the request', { ui_locales: 'fa' }, 'en'],
    ['en', 'by the request', { ui_locales: 'en' }, 'fa'],
    ['fa', 'by the browser', {}, 'fa'],
    ['en', 'by the browser', {}, 'en'],
  ] as const)(
    'posts the answer from our own page in %s, asked for %s',
    async (language, _by, extra, browserLanguage) => {
      const { url, finish } = await university.begin({ ...extra, response_mode: 'form_post' });
      const browser = createBrowser({ language: browserLanguage });
      const stayAt = provider.issuer;
      const { nationalCode } = citizen(0);
      let page = await browser.open(url, { stayAt });
      page = await browser.submit(page, { national_code: nationalCode, password: provider.password }, { stayAt });
      if (page.url.includes('/consent/')) page = await browser.submit(page, { decision: 'allow' }, { stayAt });

      expect(page.status).toBe(200);
      expect(page.text).toContain(`lang="${language}"`);
      expect(page.text).toContain(words[language]);
      const [form] = readForms(page.text);
      expect(form?.action).toBe(university.redirectUri);
      const fields = Object.fromEntries(form?.hidden ?? []);
      expect(Object.keys(fields).sort()).toEqual(['code', 'iss', 'state']);
      expect(fields.iss).toBe(provider.issuer);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("form-action 'self' https://university.example;");
      expect(policy).not.toContain('unsafe');
      expect(page.text).not.toMatch(/<script(?![^>]*src=)/);

      const callback = new URL(university.redirectUri);
      callback.search = new URLSearchParams(fields).toString();
      expect((await finish(callback)).id_token).toBeDefined();
    },
  );
});

describe('the claims parameter', () => {
  const signInWith = async (claims: object) => {
    const { url, finish } = await university.begin({ scope: 'openid', claims: JSON.stringify(claims) });
    const { nationalCode } = citizen(1);
    const who = { authorizationUrl: url, nationalCode, password: provider.password };
    return finish(await signInAndConsent(createBrowser(), who));
  };

  test('puts claims where they were asked for, and nowhere else', async () => {
    const tokens = await signInWith({ id_token: { given_name: null }, userinfo: { birthdate: { essential: true } } });
    expect(tokens.claims()).toMatchObject({ given_name: citizen(1).givenName });
    expect(tokens.claims()).not.toHaveProperty('birthdate');
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const userinfo = await (await fetch(`${provider.issuer}/userinfo`, { headers })).json();
    expect(userinfo).toMatchObject({ birthdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
    expect(userinfo).not.toHaveProperty('given_name');
  });

  test('an essential level that cannot be reached is refused, one that can is met', async () => {
    const essential = (value: string) => ({
      claims: JSON.stringify({ id_token: { acr: { essential: true, value } } }),
    });
    const refused = answerOf(await ask(essential('urn:panjereh:aal:9')));
    expect(refused.get('error')).toBe('unmet_authentication_requirements');
    const level = AUTHENTICATION_LEVELS.password;
    const tokens = await signInWith({ id_token: { acr: { essential: true, values: ['urn:panjereh:aal:9', level] } } });
    expect(tokens.claims()?.acr).toBe(level);
  });
});

describe('prompt and max_age', () => {
  test('prompt=none is answered silently for whoever is signed in and has agreed', async () => {
    const { browser } = await signedIn();
    expect(answerOf(await ask({ prompt: 'none' }, browser)).get('code')).toMatch(/./);
  });

  test('prompt=none asks for consent when something new is wanted', async () => {
    const { browser } = await signedIn(2);
    const page = await ask({ prompt: 'none', scope: 'openid profile birthdate' }, browser);
    expect(answerOf(page).get('error')).toBe('consent_required');
  });

  test('prompt=login asks for the password again, prompt=consent for the agreement alone', async () => {
    const { browser } = await signedIn();
    expect((await ask({ prompt: 'login' }, browser)).url).toContain('/sign-in/');
    expect((await ask({ prompt: 'consent' }, browser)).url).toContain('/consent/');
    expect(answerOf(await ask({}, browser)).get('code')).toMatch(/./);
  });

  test('a sign-in older than max_age is made again, a younger one is not', async () => {
    const { browser } = await signedIn();
    expect((await ask({ max_age: '0' }, browser)).url).toContain('/sign-in/');
    vi.useFakeTimers({ toFake: ['Date'], now: systemClock.now() + 5 * SECOND });
    expect((await ask({ max_age: '3' }, browser)).url).toContain('/sign-in/');
    expect(answerOf(await ask({ max_age: '60' }, browser)).get('code')).toMatch(/./);
    vi.useRealTimers();
    const { url, finish } = await university.begin({ max_age: '600' });
    const page = await browser.open(url, { stayAt: provider.issuer });
    const tokens = await finish(new URL(page.leadsTo ?? ''));
    expect(tokens.claims()?.auth_time).toEqual(expect.any(Number));
  });
});

describe('hints', () => {
  test('login_hint is written into the form', async () => {
    const page = await ask({ login_hint: citizen(0).nationalCode });
    expect(page.text).toContain(`value="${citizen(0).nationalCode}"`);
  });

  test('a login_hint is text and never markup', async () => {
    const page = await ask({ login_hint: '"><script>alert(1)</script>' });
    expect(page.text).not.toContain('<script>');
  });

  test.each([
    ['fa', 'fa-IR en', 'en'],
    ['en', 'en', 'fa'],
    ['en', 'de en fa', 'fa'],
  ])('ui_locales decides on %s for "%s"', async (language, locales, browserLanguage) => {
    const page = await ask({ ui_locales: locales }, createBrowser({ language: browserLanguage }));
    expect(page.text).toContain(`<html lang="${language}"`);
  });

  test('id_token_hint lets the citizen it names pass, and asks anybody else to sign in', async () => {
    const [one, other] = [await signedIn(0), await signedIn(1)];
    const ofOne = { id_token_hint: one.idToken };
    expect(answerOf(await ask({ ...ofOne, prompt: 'none' }, one.browser)).get('code')).toMatch(/./);
    expect(answerOf(await ask({ ...ofOne, prompt: 'none' }, other.browser)).get('error')).toBe('login_required');
    expect((await ask(ofOne, other.browser)).url).toContain('/sign-in/');
    const forged = `${one.idToken.slice(0, -8)}AAAAAAAA`;
    expect(answerOf(await ask({ id_token_hint: forged }, one.browser)).get('error')).toBe('invalid_request');
  });
});

test('a citizen is one subject to an organisation, another to the next, and stays it when all of Redis is lost', async () => {
  const app = await createRelyingParty(provider, {
    clientId: 'university-app',
    rest: { organisationId: 'university' },
  });
  const stranger = await createRelyingParty(provider, { clientId: 'stranger' });
  const subjects = async () => {
    const found = [];
    for (const party of [university, app, stranger]) found.push((await party.signIn({ citizen: 2 })).claims()?.sub);
    return found;
  };
  const before = await subjects();
  expect(before[0]).toBe(before[1]);
  expect(before[2]).not.toBe(before[0]);
  await provider.services.redis?.flushdb();
  expect(await subjects()).toEqual(before);
});
