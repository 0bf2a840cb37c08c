import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { faultsOf } from '#tests/support/page-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { phoneOfCitizen } from '#tests/support/strong-citizen.ts';

/** A gateway that takes the message and answers after we stopped waiting. */
const outsideWays = { timeoutMs: 800 };
const LATE = { latencyMs: 1000 };

let chromium: Browser;
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  chromium = await launchChromium();
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment, outsideWays });
});
afterAll(async () => {
  await chromium.close();
  await provider.close();
  await outside.close();
});

test.each([
  { locale: 'fa-IR', citizen: 0, mayBeLate: 'شاید پیامک دیر برسد', viewport: { width: 360, height: 740 } },
  { locale: 'en-GB', citizen: 1, mayBeLate: 'The message may come late', viewport: { width: 1280, height: 800 } },
])(
  'a person whose message is late is told so, and signs in with its code ($locale)',
  async (screen) => {
    const { locale, citizen, mayBeLate, viewport } = screen;
    const context = await chromium.newContext({ locale, viewport, reducedMotion: 'reduce' });
    const tab = await context.newPage();
    tab.setDefaultTimeout(10_000);
    const strong = new URLSearchParams({ to: '/account/security', acr: 'urn:panjereh:aal:2', max_age: '600' });
    await tab.goto(`${provider.issuer}/enter?${strong}`);
    await tab.fill('[name=national_code]', provider.citizens[citizen]?.nationalCode ?? '');
    await tab.fill('[name=password]', provider.password);
    await tab.press('[name=password]', 'Enter');
    await tab.waitForURL(/\/sms$/);

    await outside.spoil('sms', LATE);
    await tab.click('form[action$="/sms/send"] button');
    await tab.waitForURL(/\/sms\?/);
    expect(await tab.locator('main').innerText()).toContain(mayBeLate);
    expect(await faultsOf(tab)).toEqual([]);
    await outside.spoil('sms', {});
    await tab.fill('[name=code]', outside.codeFor(phoneOfCitizen(citizen)));
    await tab.press('[name=code]', 'Enter');
    await tab.waitForURL(`${provider.issuer}/account/security`);
    await context.close();
  },
  30_000,
);
