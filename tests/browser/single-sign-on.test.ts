import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { type DemoUniversity, startDemoUniversity } from '#tests/support/demo-university.ts';
import { tabTo } from '#tests/support/keyboard.ts';
import { collectComplaints, faultsOf, faultsWithoutScript } from '#tests/support/page-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

const screens = {
  phone: { language: 'fa', direction: 'rtl', locale: 'fa-IR', viewport: { width: 360, height: 740 } },
  desk: { language: 'en', direction: 'ltr', locale: 'en-GB', viewport: { width: 1280, height: 800 } },
} as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each([
  { stores: 'embedded', screen: screens.phone },
  { stores: 'real', screen: screens.desk },
] as const)('in Chromium, $stores stores, $screen.language at $screen.viewport.width px', ({ stores, screen }) => {
  let provider: TestProvider;
  let one: DemoUniversity;
  let two: DemoUniversity;
  let contexts: BrowserContext[] = [];

  beforeAll(async () => {
    provider = await startProvider({ stores });
    [one, two] = await Promise.all([
      startDemoUniversity(provider, { clientId: 'university-one', method: 'private_key_jwt' }),
      startDemoUniversity(provider, { clientId: 'university-two', method: 'client_secret_basic' }),
    ]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await provider.close();
  });

  async function openTab({ hasScript = true }: { hasScript?: boolean } = {}) {
    const { locale, viewport } = screen;
    const context = await browser.newContext({
      locale,
      viewport,
      javaScriptEnabled: hasScript,
      reducedMotion: 'reduce',
    });
    contexts.push(context);
    const tab = await context.newPage();
    return { tab, complaints: collectComplaints(tab) };
  }

  type Check = (tab: Page) => Promise<void>;
  const checkPage: Check = async (tab) => {
    await checkLanguage(tab);
    expect(await faultsOf(tab)).toEqual([]);
  };
  const checkWithoutScript: Check = async (tab) => {
    await checkLanguage(tab);
    expect(await faultsWithoutScript(tab)).toEqual([]);
  };
  const checkLanguage: Check = async (tab) => {
    const root = tab.locator('html');
    expect([await root.getAttribute('lang'), await root.getAttribute('dir')]).toEqual([
      screen.language,
      screen.direction,
    ]);
  };
  const noCheck: Check = async () => undefined;

  async function startAt(tab: Page, { url }: DemoUniversity): Promise<void> {
    await tab.goto(`${url}/?lang=${screen.language}`);
    await tab.click('#sign-in');
  }

  async function signInAtOne(tab: Page, { citizen, check }: { citizen: number; check: Check }): Promise<void> {
    await startAt(tab, one);
    expect(tab.url()).toContain(`${provider.issuer}/sign-in/`);
    await check(tab);
    await tab.fill('[name=national_code]', provider.citizens[citizen]?.nationalCode ?? '');
    await tab.fill('[name=password]', provider.password);
    await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
    await allow(tab, check);
    await tab.waitForURL(`${one.url}/me`);
  }

  async function allow(tab: Page, check: Check): Promise<void> {
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    await check(tab);
    await tab.click('button[value=allow]');
  }

  /** The whole journey, as one citizen in one tab. */
  async function travel(tab: Page, { citizen, check }: { citizen: number; check: Check }): Promise<void> {
    await signInAtOne(tab, { citizen, check });
    const subjectAtOne = await tab.textContent('#subject');

    await startAt(tab, two);
    await allow(tab, noCheck);
    await tab.waitForURL(`${two.url}/me`);
    expect(await tab.textContent('#subject')).not.toBe(subjectAtOne);

    await tab.click('#sign-out');
    expect(tab.url()).toContain(`${provider.issuer}/logout`);
    await check(tab);
    await tab.click('button[name=logout]');
    await tab.waitForURL(`${two.url}/signed-out`);

    await vi.waitFor(
      async () => {
        await tab.goto(`${one.url}/me`);
        expect(tab.url()).toBe(`${one.url}/`);
      },
      { timeout: 10_000, interval: 200 },
    );
    await startAt(tab, two);
    expect(tab.url()).toContain(`${provider.issuer}/sign-in/`);
  }

  test('signed in at one, known at two without a password, signed out of both at once', async () => {
    const { tab, complaints } = await openTab();
    await travel(tab, { citizen: 0, check: checkPage });
    expect(complaints).toEqual([]);
  });

  test('the whole journey works without script', async () => {
    const { tab } = await openTab({ hasScript: false });
    await travel(tab, { citizen: 1, check: checkWithoutScript });
  });

  test('signing in needs nothing but a keyboard', async () => {
    const { tab, complaints } = await openTab();
    await tab.goto(`${one.url}/login`);
    const focused = () => tab.evaluate<string>('document.activeElement.getAttribute("name") ?? ""');
    expect(await focused()).toBe('national_code');
    await tab.keyboard.type(provider.citizens[2]?.nationalCode ?? '');
    await tab.keyboard.press('Tab');
    expect(await focused()).toBe('password');
    await tab.keyboard.type(provider.password);
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${provider.issuer}/consent/*`);
    await tabTo(tab, 'button[value=allow]');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${one.url}/me`);
    expect(complaints).toEqual([]);
  });

  test('a wrong password is explained in the form, and what was typed is still there', async () => {
    const { tab } = await openTab();
    await startAt(tab, one);
    const nationalCode = provider.citizens[3]?.nationalCode ?? '';
    await tab.fill('[name=national_code]', nationalCode);
    await tab.fill('[name=password]', 'wrong');
    await tab.keyboard.press('Enter');
    await tab.waitForSelector('[role=alert]');
    await checkPage(tab);
    expect(await tab.inputValue('[name=national_code]')).toBe(nationalCode);
    expect(await tab.inputValue('[name=password]')).toBe('');
  });

  test.each([
    ['the home page', '/', 200],
    ['the page for a device code', '/device', 200],
    ['the page after signing out', '/logout/success', 200],
    ['the page of a wrong request', '/auth?client_id=nobody', 400],
    ['the page of a wrong address', '/nothing-here', 404],
  ])('%s has nothing to complain about', async (_name, path, status) => {
    const { tab, complaints } = await openTab();
    const answer = await tab.goto(`${provider.issuer}${path}`);
    expect(answer?.status()).toBe(status);
    await checkPage(tab);
    // Chromium reports the page's own status as an error.
    expect(complaints.filter((complaint) => !complaint.endsWith(` at ${provider.issuer}${path}`))).toEqual([]);
  });

  test('the icon is ours, and where browsers look for it by themselves', async () => {
    const { tab } = await openTab();
    await tab.goto(provider.issuer);
    const href = await tab.getAttribute('link[rel=icon]', 'href');
    for (const path of [href ?? '', '/favicon.ico']) {
      const icon = await fetch(`${provider.issuer}${path}`);
      expect([path, icon.status, icon.headers.get('content-type')]).toEqual([path, 200, 'image/svg+xml']);
      expect(icon.headers.get('cache-control')).toBe('public, max-age=86400');
    }
  });
});
