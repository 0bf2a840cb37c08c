import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { tabTo } from '#tests/support/keyboard.ts';
import { collectComplaints, faultsOf, faultsWithoutScript } from '#tests/support/page-checks.ts';
import { type CitizensWindow, openWindow } from './open-window.ts';

/** The window and the account as their citizen meets them: on a phone in Persian, at a desk in English. */
const screens = [
  { language: 'fa', direction: 'rtl', locale: 'fa-IR', viewport: { width: 360, height: 740 }, firstCitizen: 0 },
  { language: 'en', direction: 'ltr', locale: 'en-GB', viewport: { width: 1280, height: 800 }, firstCitizen: 3 },
] as const;

let browser: Browser;
let world: CitizensWindow;
let contexts: BrowserContext[] = [];
beforeAll(async () => {
  [browser, world] = await Promise.all([launchChromium(), openWindow()]);
}, 60_000);
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

/** Nobody needs to be signed in for these. */
const PUBLIC = ['/', '/?page=2', '/?kind=agency', '/?q=7', '/?q=nothing-like-this', '/board'];
const SECURITY = '/account/security';
const OWN = [
  '/',
  '/account',
  '/account/services',
  '/account/attached',
  SECURITY,
  '/account/sessions',
  '/account/activity',
  '/account/activity?kind=account',
  '/account/data',
  '/account/phone',
  '/account/close',
  `${SECURITY}/passkey`,
  `${SECURITY}/authenticator`,
  `${SECURITY}/recovery-codes`,
  `${SECURITY}/password`,
];

describe.each(screens)(
  'in $language at $viewport.width px',
  ({ language, direction, locale, viewport, firstCitizen }) => {
    const [walker, scriptless, typist] = [firstCitizen, firstCitizen + 1, firstCitizen + 2];
    const at = (path: string) => `${world.provider.issuer}${path}`;

    async function openTab({ hasScript = true } = {}) {
      const options = { locale, viewport, javaScriptEnabled: hasScript, reducedMotion: 'reduce' } as const;
      const context = await browser.newContext(options);
      contexts.push(context);
      const tab = await context.newPage();
      return { tab, complaints: collectComplaints(tab) };
    }

    /** As it is, and at 200 % zoom, which halves the width that a page has; 320 px is the least that anybody has to serve (WCAG 2.2, 1.4.10). */
    async function checkPage(tab: Page): Promise<void> {
      const place = tab.url().replace(world.provider.issuer, '');
      const root = tab.locator('html');
      expect([place, await root.getAttribute('lang'), await root.getAttribute('dir')]).toEqual([
        place,
        language,
        direction,
      ]);
      expect([place, await faultsOf(tab)]).toEqual([place, []]);
      await tab.setViewportSize({ width: Math.max(320, viewport.width / 2), height: viewport.height / 2 });
      const tooWide = 'document.documentElement.scrollWidth > window.innerWidth';
      expect([place, await tab.evaluate<boolean>(tooWide)]).toEqual([place, false]);
      await tab.setViewportSize(viewport);
    }

    async function checkAt(tab: Page, path: string): Promise<void> {
      await tab.goto(at(path));
      expect(tab.url()).toBe(at(path));
      await checkPage(tab);
    }

    const next = (tab: Page) => tab.locator('main form button.button-primary');

    test('nothing is wrong with any page, what comes of its form, and what it says of a mistake', async () => {
      await world.usesUniversity(walker);
      const { newPhone } = await world.hasEverything(walker);
      const { tab, complaints } = await openTab();
      for (const path of PUBLIC) await checkAt(tab, path);
      await world.signInStrongly(tab, { citizen: walker, to: '/account' });
      for (const path of OWN) await checkAt(tab, path);

      await tab.goto(at('/account/services'));
      await tab.click('a[href^="/account/receipts/"]');
      await tab.waitForURL(at('/account/receipts/*'));
      await checkPage(tab);
      await tab.goto(at('/account/attached'));
      await tab.click('button[name=attach]');
      await tab.waitForURL(at('/account/attached?news=attached'));
      await checkPage(tab);
      await tab.goto(at('/account/data'));
      await tab.click('form[action="/account/data"] button');
      await tab.waitForSelector('a[href="/account/data/page"]');
      await checkPage(tab);
      await tab.goto(at(`${SECURITY}/recovery-codes`));
      await next(tab).click();
      await tab.waitForSelector('.recovery-codes');
      const linesOfEach =
        '[...document.querySelectorAll(".recovery-codes bdi")].map((code) => code.getClientRects().length)';
      expect(await tab.evaluate<number[]>(linesOfEach)).toEqual(Array.from({ length: 10 }, () => 1));
      await checkPage(tab);

      for (const [path, field] of [
        ['/account/phone', 'phone'],
        [`${SECURITY}/authenticator`, 'code'],
        [`${SECURITY}/password`, 'password'],
      ] as const) {
        await tab.goto(at(path));
        await tab.fill(`[name=${field}]`, '12');
        await next(tab).click();
        await tab.waitForSelector('[role=alert]');
        await checkPage(tab);
      }
      await tab.goto(at('/account/phone'));
      await tab.fill('[name=phone]', newPhone);
      await next(tab).click();
      await tab.waitForURL(at('/account/phone/code'));
      await checkPage(tab);
      // Chromium reports the pages' own status as an error.
      expect(complaints.filter((complaint) => !/status of 422/.test(complaint))).toEqual([]);
    });

    /** How a person does something: with a click, or with keys alone. */
    type Hands = { press(selector: string): Promise<void>; type(selector: string, text: string): Promise<void> };

    /** What matters most, one after the other, each seen at the provider and not on the page alone. */
    async function act(tab: Page, hands: Hands, { citizen, check }: { citizen: number; check: () => Promise<void> }) {
      const { services } = world.provider;
      const citizenId = world.idOf(citizen);
      const goTo = (section: string) => hands.press(`.account-nav a[href="/account/${section}"]`);
      const arrive = (path: string) => tab.waitForURL(at(path));

      await tab.goto(at('/'));
      await hands.type('#q', language === 'fa' ? 'سامانه يادگيري ۴۲' : 'learning 42');
      await arrive('/?q=*');
      expect(await tab.locator('a[href^="/open/"]').count()).toBe(1);
      await hands.press('a[href="/account"]');
      await arrive('/account');

      await goTo('sessions');
      await arrive('/account/sessions');
      expect(await services.sessions.list(citizenId)).toHaveLength(2);
      await hands.press('.sessions li:not(:has(.tag-here)) button[name=session]');
      await arrive('/account/sessions?ended=yes');
      expect(await services.sessions.list(citizenId)).toHaveLength(1);
      await check();

      await goTo('services');
      await arrive('/account/services');
      await hands.press('button[name=service]');
      await arrive('/account/services?withdrawn=yes');
      expect(await services.registry.consents.listOf(citizenId)).toEqual([]);
      await check();

      await goTo('activity');
      await arrive('/account/activity');
      const lines = await tab.locator('.activity').count();
      await hands.press('.filter a[href$="kind=services"]');
      await arrive('/account/activity?kind=services');
      expect(await tab.locator('.filter a[aria-current=true]').getAttribute('href')).toContain('kind=services');
      expect(await tab.locator('.activity').count()).toBeLessThan(lines);

      await goTo('data');
      await arrive('/account/data');
      await hands.press('form[action="/account/data"] button');
      await tab.waitForSelector('a[href="/account/data/page"]');

      await hands.press('main a[href="/account/close"]');
      await arrive('/account/close');
      await hands.press('form[action="/account/close"] button');
      await tab.waitForSelector('form[action="/account/close/stop"]');
      expect((await world.find(citizen))?.closesAt).toBeGreaterThan(0);
      await check();
      await hands.press('form[action="/account/close/stop"] button');
      await arrive('/account/close?news=stopped');
      expect((await world.find(citizen))?.closesAt).toBeUndefined();
      await check();

      await goTo('activity');
      await arrive('/account/activity');
      await hands.press('button[name=event]');
      await arrive('/account/not-me');
      expect((await world.find(citizen))?.state).toBe('must-change-password');
      await check();
      await tab.goto(at('/account'));
      expect(tab.url()).toContain('/sign-in/');
    }

    test('what matters most works without script', async () => {
      await world.usesUniversity(scriptless);
      const { tab } = await openTab({ hasScript: false });
      await world.signInStrongly(tab, { citizen: scriptless, to: '/account' });
      const hands: Hands = {
        press: (selector) => tab.locator(selector).first().click(),
        async type(selector, text) {
          await tab.fill(selector, text);
          await tab.click(`form:has(${selector}) button`);
        },
      };
      await act(tab, hands, {
        citizen: scriptless,
        check: async () => expect(await faultsWithoutScript(tab)).toEqual([]),
      });
    });

    test('what matters most works with a keyboard alone, and one sees where one is', async () => {
      await world.usesUniversity(typist);
      const { tab, complaints } = await openTab();
      await world.signInStrongly(tab, { citizen: typist, to: '/account' });
      const hands: Hands = {
        async press(selector) {
          await tabTo(tab, selector);
          await tab.keyboard.press('Enter');
        },
        async type(selector, text) {
          await tabTo(tab, selector);
          await tab.keyboard.type(text);
          await tab.keyboard.press('Enter');
        },
      };
      await act(tab, hands, { citizen: typist, check: () => checkPage(tab) });
      expect(complaints).toEqual([]);
    });
  },
);
