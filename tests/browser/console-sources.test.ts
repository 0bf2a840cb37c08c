import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { grantRole } from '#tests/support/console.ts';
import { tabTo } from '#tests/support/keyboard.ts';
import { collectComplaints, faultsOf, faultsWithoutScript } from '#tests/support/page-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';
import { addVirtualAuthenticator, makePasskey } from '#tests/support/virtual-person.ts';

/** Sources of claims as university and ministry meet them: on a phone in Persian without script, at a desk by keyboard. */
let provider: TestProvider;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  [provider, browser] = await Promise.all([startProvider(), launchChromium()]);
  for (const [at, clientId] of ['phone', 'desk'].entries()) {
    await createRelyingParty(provider, { clientId });
    const citizenId = provider.citizens[at]?.id ?? '';
    await grantRole(provider, { citizenId, role: 'university-staff', organisationId: clientId });
    await grantRole(provider, { citizenId: provider.citizens[2 + at]?.id ?? '', role: 'ministry' });
  }
}, 60_000);
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
});
afterAll(async () => {
  await browser.close();
  await provider.close();
});

const screens = [
  {
    ...{ clientId: 'phone', language: 'fa', locale: 'fa-IR', viewport: { width: 360, height: 740 } },
    ...{ hasScript: false, staff: 0, ministry: 2 },
  },
  {
    ...{ clientId: 'desk', language: 'en', locale: 'en-GB', viewport: { width: 1280, height: 800 } },
    ...{ hasScript: true, staff: 1, ministry: 3 },
  },
] as const;

describe.each(screens)('in $language at $viewport.width px', (screen) => {
  const { clientId, language, locale, viewport, hasScript } = screen;
  const place = `http://localhost:${viewport.width + 5000}`;
  const path = `/console/relying-parties/${clientId}/source`;
  const complaints: string[] = [];

  /** A passkey needs script; what comes after it does not. */
  async function enter(citizen: number): Promise<Page> {
    const options = { locale, viewport, reducedMotion: 'reduce' } as const;
    const first = await browser.newContext(options);
    contexts.push(first);
    const tab = await first.newPage();
    await addVirtualAuthenticator(tab);
    await makePasskey(tab, { provider, citizenId: provider.citizens[citizen]?.id ?? '' });
    await tab.goto(`${provider.issuer}/console`);
    await tab.waitForURL(`${provider.issuer}/console`);
    const storageState = await first.storageState();
    const then = await browser.newContext({ ...options, storageState, javaScriptEnabled: hasScript });
    contexts.push(then);
    const page = await then.newPage();
    complaints.push(...collectComplaints(page));
    return page;
  }

  async function look(tab: Page, at: string): Promise<void> {
    await tab.waitForURL(`${provider.issuer}${at}`);
    expect(await tab.locator('html').getAttribute('lang')).toBe(language);
    expect([at, await (hasScript ? faultsOf(tab) : faultsWithoutScript(tab))]).toEqual([at, []]);
  }

  async function goTo(tab: Page, at: string): Promise<void> {
    await tab.goto(`${provider.issuer}${at}`);
    await look(tab, at);
  }

  test('a university asks, the ministry reads and says yes, and the university is taken away again', async () => {
    const staff = await enter(screen.staff);
    await goTo(staff, '/console/sources');
    await goTo(staff, path);
    await (hasScript ? typeByKeyboard(staff) : fillIn(staff));
    await look(staff, `${path}?news=asked`);
    const ministry = await enter(screen.ministry);
    await goTo(ministry, '/console/approvals');
    const [waiting] = await provider.services.approvals.list({ state: 'waiting', subject: clientId });
    const decision = `/console/approvals/${waiting?.id}`;
    await goTo(ministry, decision);
    await ministry.fill('[name=why]', 'خواندم');
    await ministry.click('[value=approved]');
    await look(ministry, `${decision}?done=yes`);
    expect(await provider.services.claimsSources.find(clientId)).toMatchObject({
      ...{
        issuer: place,
        endpoint: `${place}/say`,
        claims: ['student_status', 'degree'],
        keys: { uri: `${place}/jwks` },
      },
    });
    await goTo(ministry, '/console/sources');
    await ministry.click(`main td a[href="${path}"]`);
    await look(ministry, path);
    await ministry.click('main form[action$="/take-away"] button');
    await look(ministry, `${path}/take-away`);
    await ministry.fill('[name=take_away_why]', 'کلیدش دیده شد');
    await ministry.click('main form[action$="/take-away"] button');
    await look(ministry, `${path}?news=source-taken-away`);
    expect(await provider.services.claimsSources.find(clientId)).toBeUndefined();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a form that was sent empty says at each field what is missing', async () => {
    const staff = await enter(screen.staff);
    await goTo(staff, path);
    for (const name of ['issuer', 'endpoint', 'jwks_uri']) await staff.fill(`[name=${name}]`, '');
    for (const box of await staff.locator('[name=claims]').all()) await box.uncheck();
    await staff.click(`main form[action="${path}"] button`);
    await look(staff, path);
    const links = await staff.locator('.error-summary a').all();
    const wrong = await Promise.all(links.map((each) => each.getAttribute('href')));
    expect(wrong).toEqual(['#claims', '#endpoint', '#issuer', '#jwks_uri']);
  }, 60_000);

  async function fillIn(tab: Page): Promise<void> {
    await tab.fill('[name=issuer]', place);
    await tab.fill('[name=endpoint]', `${place}/say`);
    for (const claim of ['student_status', 'degree']) await tab.check(`[name=claims][value=${claim}]`);
    await tab.fill('[name=jwks_uri]', `${place}/jwks`);
    await tab.fill('[name=why]', 'سال تازه');
    await tab.click(`main form[action="${path}"] button`);
  }

  async function typeByKeyboard(tab: Page): Promise<void> {
    const type = async (id: string, typed: string) => {
      await tabTo(tab, `#${id}`);
      await tab.keyboard.type(typed);
    };
    await type('issuer', place);
    await type('endpoint', `${place}/say`);
    for (const claim of ['student_status', 'degree']) {
      await tabTo(tab, `#claims-${claim}`);
      await tab.keyboard.press('Space');
    }
    await type('jwks_uri', `${place}/jwks`);
    await type('why', 'term begins');
    await tabTo(tab, 'button[type=submit]');
    await tab.keyboard.press('Enter');
  }
});
