import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { addVirtualAuthenticator, makePasskey } from '#tests/support/virtual-person.ts';

/** A passkey in a real browser, with an authenticator of the browser's own making, and the puzzle that it calculates. */
let chromium: Browser;
let provider: TestProvider;
let university: TestRelyingParty;
let strictUniversity: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
  strictUniversity = await createRelyingParty(provider, { clientId: 'strict-university' });
  chromium = await launchChromium();
}, 120_000);
afterAll(async () => {
  await chromium.close();
  await provider.close();
});

async function withAuthenticator(context: BrowserContext) {
  const page = await context.newPage();
  const { touch } = await addVirtualAuthenticator(page);
  // The university is nowhere: what leads there is enough.
  await context.route('https://university.example/**', (route) => route.fulfill({ body: 'back at the university' }));
  return { page, touch };
}

test('one press signs in, without a national code, at the strongest level', async () => {
  const context = await chromium.newContext();
  const { page, touch } = await withAuthenticator(context);
  await makePasskey(page, { provider, citizenId: provider.citizens[0]?.id ?? '' });
  await touch(false);
  const { url, finish } = await university.begin({ acr_values: 'phr', ui_locales: 'en' });
  await page.goto(url);
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.waitFor();
  await touch(true);
  await button.click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL('https://university.example/**');
  expect((await finish(new URL(page.url()))).claims()).toMatchObject({ acr: 'phr' });
  await context.close();
});

test.each([
  ['ends with the browser', true],
  ['outlives the browser (control: one’s own computer)', false],
])('on a shared computer a session begun with a passkey %s', async (_, isShared) => {
  const context = await chromium.newContext();
  const { page, touch } = await withAuthenticator(context);
  await makePasskey(page, { provider, citizenId: provider.citizens[2]?.id ?? '' });
  await touch(false);
  await page.goto((await university.begin({ ui_locales: 'en' })).url);
  if (isShared) await page.check('#shared_computer');
  await touch(true);
  // It may have been chosen at the first field already.
  await page
    .locator('#passkey-form button')
    .click({ timeout: 2000 })
    .catch(() => undefined);
  await page.waitForURL('**/consent/**');
  const session = (await context.cookies(provider.issuer)).find(({ name }) => name === 'panjereh');
  expect(session?.expires === -1).toBe(isShared);
  await context.close();
});

test.each([
  ['fa', 'اجازه می‌دهم'],
  ['en', 'Allow'],
])(
  'signed in with a password, a passkey is all that a stricter university asks for, and nobody after it asks (%s)',
  async (language, allow) => {
    const context = await chromium.newContext({ locale: language });
    const { page } = await withAuthenticator(context);
    const who = provider.citizens[language === 'fa' ? 3 : 4];
    const { url, finish } = await university.begin({ ui_locales: language });
    await page.goto(url);
    await page.fill('input[name=national_code]', who?.nationalCode ?? '');
    await page.fill('input[name=password]', provider.password);
    await page
      .locator('form:has(input[name=password]) button[type=submit], form:has(input[name=password]) .button-primary')
      .first()
      .click();
    await page.getByRole('button', { name: allow }).click();
    await page.waitForURL('https://university.example/**');
    expect((await finish(new URL(page.url()))).claims()).toMatchObject({ acr: 'urn:panjereh:aal:1' });
    await makePasskey(page, { provider, citizenId: who?.id ?? '' });

    const strict = await strictUniversity.begin({ acr_values: 'phr', ui_locales: language });
    await page.goto(strict.url);
    await page.waitForURL('**/second-factor');
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.locator('input[name=national_code], input[name=password]').count()).toBe(0);
    await page.locator('#passkey-form button').click();
    await page.getByRole('button', { name: allow }).click();
    await page.waitForURL('https://university.example/**');
    expect((await strict.finish(new URL(page.url()))).claims()).toMatchObject({ acr: 'phr' });

    const silent = await strictUniversity.begin({ acr_values: 'phr', prompt: 'none' });
    // What is led there at once cannot be fulfilled here: that it was asked for is enough.
    const arrival = page.waitForRequest('https://university.example/**');
    await page.goto(silent.url).catch(() => undefined);
    expect((await silent.finish(new URL((await arrival).url()))).claims()).toMatchObject({ acr: 'phr' });
    await context.close();
  },
);

test('where the browser offers passkeys at the first field, choosing one is enough: no button is pressed', async () => {
  const context = await chromium.newContext();
  const { page } = await withAuthenticator(context);
  await makePasskey(page, { provider, citizenId: provider.citizens[2]?.id ?? '' });
  await page.goto((await university.begin({ ui_locales: 'en' })).url);
  await page.waitForURL('**/consent/**');
  await context.close();
});

test('without script there is no button for it, and the password is there', async () => {
  const context = await chromium.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto((await university.begin({ ui_locales: 'fa' })).url);
  expect(await page.locator('#passkey-offer').isVisible()).toBe(false);
  expect(await page.locator('input[name=password]').isVisible()).toBe(true);
  await context.close();
});

test('after some wrong passwords the browser calculates by itself, and the right one gets in', async () => {
  const context = await chromium.newContext();
  const page = await context.newPage();
  const { url } = await university.begin({ ui_locales: 'en' });
  await page.goto(url);
  const attempt = async (password: string) => {
    await page.fill('input[name=national_code]', provider.citizens[1]?.nationalCode ?? '');
    await page.fill('input[name=password]', password);
    const answered = page.waitForEvent('framenavigated');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await answered;
  };
  for (const wrong of ['wrong one', 'wrong two', 'wrong three']) await attempt(wrong);
  await page.locator('#puzzle').waitFor();
  await attempt(provider.password);
  await page.waitForURL('**/consent/**');
  await context.close();
});
