import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { type DemoUniversity, startDemoUniversity } from '#tests/support/demo-university.ts';
import { identityFields, KIAN, NAVID, NEW_PASSWORD, PARISA, phoneOf, YALDA } from '#tests/support/enrolment.ts';
import { tabTo } from '#tests/support/keyboard.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { collectComplaints, faultsOf, faultsWithoutScript, sitesSeen } from '#tests/support/page-checks.ts';
import { accountOf, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { addVirtualAuthenticator, inPersianDigits } from '#tests/support/virtual-person.ts';

const screens = {
  phone: { language: 'fa', direction: 'rtl', locale: 'fa-IR', viewport: { width: 360, height: 740 } },
  desk: { language: 'en', direction: 'ltr', locale: 'en-GB', viewport: { width: 1280, height: 800 } },
} as const;

const PASSKEY = 'urn:panjereh:aal:3';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each([
  { stores: 'embedded', screen: screens.phone },
  { stores: 'real', screen: screens.desk },
] as const)('enrolment in Chromium, $stores, $screen.language', ({ stores, screen }) => {
  let outside: OutsideServices;
  let provider: TestProvider;
  let one: DemoUniversity;
  let two: DemoUniversity;
  let strict: TestRelyingParty;
  let contexts: BrowserContext[] = [];

  beforeAll(async () => {
    outside = await startOutsideServices();
    provider = await startProvider({ stores, environment: outside.environment });
    [one, two] = await Promise.all([
      startDemoUniversity(provider, { clientId: 'university-one', method: 'private_key_jwt' }),
      startDemoUniversity(provider, { clientId: 'university-two', method: 'client_secret_basic' }),
    ]);
    strict = await createRelyingParty(provider, { clientId: 'strict' });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await provider.close();
    await outside.close();
  });

  type Opening = { hasScript?: boolean; viewport?: { width: number; height: number } };
  async function openTab({ hasScript = true, viewport = screen.viewport }: Opening = {}) {
    const { locale } = screen;
    const options = { locale, viewport, javaScriptEnabled: hasScript, reducedMotion: 'reduce' } as const;
    const context = await browser.newContext(options);
    contexts.push(context);
    const tab = await context.newPage();
    return { tab, complaints: collectComplaints(tab) };
  }

  async function checkPage(tab: Page, path: string): Promise<void> {
    await tab.waitForURL(`${provider.issuer}${path}`);
    const root = tab.locator('html');
    expect([await root.getAttribute('lang'), await root.getAttribute('dir')]).toEqual([
      screen.language,
      screen.direction,
    ]);
    expect([path, await faultsOf(tab)]).toEqual([path, []]);
  }

  const next = (tab: Page): Locator => tab.locator('main form button.button-primary');

  async function fillIdentity(tab: Page, who: typeof PARISA): Promise<void> {
    for (const [name, value] of Object.entries(identityFields(who)))
      await tab.fill(`[name=${name}]`, inPersianDigits(value));
    await next(tab).click();
  }

  /** From the university to the page that offers a passkey. */
  async function enrolUpToPasskey(tab: Page, who: typeof PARISA, check: typeof checkPage): Promise<void> {
    await tab.goto(`${one.url}/?lang=${screen.language}`);
    await tab.click('#sign-in');
    await tab.click('main a[href$="/enrol"]');
    await check(tab, '/sign-in/*/enrol');
    await next(tab).click();
    await check(tab, '/enrol/identity');
    await fillIdentity(tab, who);
    await check(tab, '/enrol/phone');
    await tab.fill('[name=phone]', inPersianDigits(phoneOf(who).replace('+98', '0')));
    await next(tab).click();
    await check(tab, '/enrol/code');
    await tab.fill('[name=code]', inPersianDigits(outside.codeFor(phoneOf(who))));
    await next(tab).click();
    await check(tab, '/enrol/password');
    await tab.fill('[name=password]', NEW_PASSWORD);
    await next(tab).click();
    await check(tab, '/enrol/passkey');
  }

  /** From the recovery codes back to the university that asked. */
  async function finish(tab: Page, check: typeof checkPage): Promise<void> {
    await check(tab, '/enrol/recovery-codes');
    await next(tab).click();
    await check(tab, '/enrol/recovery-codes/show');
    expect(await tab.locator('.recovery-codes li').count()).toBe(10);
    await next(tab).click();
    await check(tab, '/sign-in/*/enrolled');
    await next(tab).click();
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    await tab.click('button[value=allow]');
    await tab.waitForURL(`${one.url}/me`);
  }

  const noCheck = (tab: Page, path: string) => tab.waitForURL(`${provider.issuer}${path}`);

  test('from a university through every question to a passkey and back; the next university asks for no sign-in', async () => {
    const { tab, complaints } = await openTab();
    await addVirtualAuthenticator(tab);
    await enrolUpToPasskey(tab, PARISA, checkPage);
    expect(await tab.locator('#passkey-cannot').isVisible()).toBe(false);
    await next(tab).click();
    await finish(tab, checkPage);
    const factors = await provider.services.people.factorsOf((await accountOf(provider, PARISA)).id);
    expect(factors).toMatchObject({ hasPassword: true, passkeys: 1, recoveryCodesLeft: 10 });

    await tab.goto(`${two.url}/?lang=${screen.language}`);
    await tab.click('#sign-in');
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    await tab.click('button[value=allow]');
    await tab.waitForURL(`${two.url}/me`);

    // From then on no page of the provider is seen on the way there.
    const seen = sitesSeen(tab);
    await tab.goto(`${two.url}/login`);
    expect([tab.url(), ...new Set(seen)]).toEqual([`${two.url}/me`, two.url]);
    // A third one wants more than password and code: only what is missing is asked for.
    const { url, finish: redeem } = await strict.begin({ acr_values: PASSKEY, ui_locales: screen.language });
    await tab.goto(url);
    await checkPage(tab, '/sign-in/*/second-factor');
    expect(await tab.locator('[name=national_code], [name=password]').count()).toBe(0);
    await tab.click('#passkey-form button');
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    const arriving = tab.waitForRequest(`${strict.redirectUri}**`);
    await tab.click('button[value=allow]');
    const arrival = await arriving;
    const tokens = await redeem(new URL(arrival.url()));
    expect(tokens.claims()).toMatchObject({ acr: PASSKEY, amr: expect.arrayContaining(['pop', 'user']) });
    // There is no such university to arrive at.
    expect(complaints.filter((complaint) => !complaint.includes(strict.redirectUri))).toEqual([]);
  });

  test('without script, at 200 % zoom: a passkey is not offered, and nothing else is missing', async () => {
    const { width, height } = screen.viewport;
    const viewport = { width: Math.max(320, width / 2), height: Math.round(height / 2) };
    const { tab } = await openTab({ hasScript: false, viewport });
    const staysInside = async (page: Page, path: string) => {
      await noCheck(page, path);
      const box = await page.locator('main').boundingBox();
      expect(box?.width).toBeLessThanOrEqual(viewport.width);
      expect([path, await faultsWithoutScript(page)]).toEqual([path, []]);
    };
    await enrolUpToPasskey(tab, NAVID, staysInside);
    expect(await tab.locator('#passkey-offer').isVisible()).toBe(false);
    expect(await tab.locator('#passkey-cannot').isVisible()).toBe(true);
    await tab.click('form[action="/enrol/passkey/skip"] button');
    await finish(tab, staysInside);
  });

  test('with a keyboard alone', async () => {
    const { tab, complaints } = await openTab();
    const press = async (selector: string) => {
      await tabTo(tab, selector);
      await tab.keyboard.press('Enter');
    };
    const type = async (fields: Record<string, string>) => {
      for (const [name, value] of Object.entries(fields)) {
        await tabTo(tab, `[name=${name}]`);
        await tab.keyboard.type(value);
      }
      await tab.keyboard.press('Enter');
    };

    await tab.goto(`${one.url}/login`);
    await press('main a[href$="/enrol"]');
    await noCheck(tab, '/sign-in/*/enrol');
    await press('button.button-primary');
    await noCheck(tab, '/enrol/identity');
    const { national_code = '', birth_day = '', birth_month = '', birth_year = '' } = identityFields(YALDA);
    await type({ national_code, birth_day, birth_month, birth_year });
    await noCheck(tab, '/enrol/phone');
    await type({ phone: phoneOf(YALDA) });
    await noCheck(tab, '/enrol/code');
    await type({ code: outside.codeFor(phoneOf(YALDA)) });
    await noCheck(tab, '/enrol/password');
    await type({ password: NEW_PASSWORD });
    await noCheck(tab, '/enrol/passkey');
    await press('form[action="/enrol/passkey/skip"] button');
    await noCheck(tab, '/enrol/recovery-codes');
    await press('button.button-primary');
    await noCheck(tab, '/enrol/recovery-codes/show');
    await press('button.button-primary');
    await noCheck(tab, '/sign-in/*/enrolled');
    await press('main button.button-primary');
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    expect(complaints).toEqual([]);
  });

  test('a mistake is explained at the field, a password can be looked at, and on paper there are the codes alone', async () => {
    const { tab, complaints } = await openTab();
    await enrolUpToPasskey(tab, KIAN, async (page, path) => {
      await noCheck(page, path);
      if (path === '/enrol/identity') {
        await fillIdentity(page, { ...KIAN, birthDateJalali: '1382/13/40' });
        await page.waitForSelector('[role=alert]');
        await page.click('.error-summary a');
        expect(await page.evaluate('document.activeElement.id')).toBe('birth_day');
        expect(await faultsOf(page)).toEqual([]);
      }
      if (path === '/enrol/password') {
        await page.fill('[name=password]', '12345678');
        await page.click('[data-reveals]');
        expect(await page.getAttribute('[name=password]', 'type')).toBe('text');
        await next(page).click();
        await page.waitForSelector('[role=alert]');
        expect(await faultsOf(page)).toEqual([]);
      }
    });
    await tab.click('form[action="/enrol/passkey/skip"] button');
    await next(tab).click();
    await noCheck(tab, '/enrol/recovery-codes/show');
    await tab.emulateMedia({ media: 'print' });
    expect(await tab.locator('.recovery-codes').isVisible()).toBe(true);
    for (const hidden of ['.progress', '.language-switch', 'main form .actions', '.not-printed', '.going-back'])
      expect([hidden, await tab.locator(hidden).first().isVisible()]).toEqual([hidden, false]);
    // Chromium reports the pages' own status as an error.
    expect(complaints.filter((complaint) => !/status of 422/.test(complaint))).toEqual([]);
  });
});
