import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The steps of a university that connects itself, and of whoever decides, each in the pages of the console. */

/** Somebody at a device of their own; `look` waits for a page of the provider and judges it. */
export type Person = { tab: Page; look(path: string): Promise<void> };

const SERVICES = '/console/relying-parties';

export async function askToConnect({ tab, look }: Person, { domain }: { domain: string }): Promise<void> {
  await tab.click('main a[href="/console/ask"]');
  await look('/console/ask');
  await fill(tab, {
    ...{ id: 'newcomer', name_fa: 'دانشگاه تازه', name_en: 'University of Newcomers' },
    ...{ technical_name: 'کیوان صالحی', technical_email: `it@${domain}`, technical_phone: '02161111111' },
    ...{ security_name: 'نگار امینی', security_email: `security@${domain}`, security_phone: '02161111112' },
    why: 'می‌خواهیم بپیوندیم',
  });
  await send(tab, '/console/ask');
  await look('/console?asked=yes');
}

export async function approve({ tab, look }: Person, why: string): Promise<void> {
  await tab.click('.console-nav a[href="/console/approvals"]');
  await look('/console/approvals');
  await tab.click('main td a[href^="/console/approvals/"] >> nth=0');
  await look('/console/approvals/*');
  const path = new URL(tab.url()).pathname;
  await fill(tab, { why });
  await send(tab, path, '[value=approved]');
  await look(`${path}?done=yes`);
}

/** `publish`: what the page says goes to the name server, word for word. */
export async function proveDomain(
  { tab, look }: Person,
  { domain, publish }: { domain: string; publish(name: string, value: string): void },
): Promise<void> {
  const path = '/console/organisations/newcomer';
  await tab.click('.console-nav a[href="/console"]');
  await tab.click(`main a[href="${path}"]`);
  await look(path);
  await fill(tab, { domain });
  await send(tab, `${path}/domains`);
  await look(`${path}?said=claimed`);
  const [name = '', value = ''] = await tab.locator('.card li >> nth=0 >> .to-copy').allTextContents();
  // Too early: the page says so where the domain stands.
  await send(tab, `${path}/domains`, '[value=check]');
  await tab.locator('.card .field-error').waitFor();
  expect(await tab.locator('[name=domain][aria-invalid]').count()).toBe(0);
  publish(name, value);
  await send(tab, `${path}/domains`, '[value=check]');
  await look(`${path}?said=proven`);
}

type Place = { url: string; environment: 'test' | 'production'; testedAs?: string };

/** By the address of its keys, which the form has chosen already. Answers the name that it was given. */
export async function register({ tab, look }: Person, { url, environment, testedAs }: Place) {
  await tab.click(`.console-nav a[href="${SERVICES}"]`);
  await look(SERVICES);
  await tab.click(`main a[href*="environment=${environment}"]`);
  const path = `${SERVICES}/new?organisation=newcomer&environment=${environment}`;
  await look(path);
  await fill(tab, {
    ...{ name_fa: 'سامانهٔ آموزش', name_en: 'Learning' },
    redirect_uris: `${url}/callback`,
    backchannel_logout_uri: `${url}/backchannel-logout`,
    jwks_uri: `${url}/jwks`,
  });
  await tab.click('details:has([name=post_logout_redirect_uris]) > summary');
  await fill(tab, { post_logout_redirect_uris: `${url}/signed-out`, initiate_login_uri: `${url}/login` });
  expect(await tab.isChecked('[name=proof][value=jwks_uri]')).toBe(true);
  if (testedAs !== undefined) await tab.selectOption('[name=tested_as]', testedAs);
  await send(tab, path, '[value=save]');
  await look(`${SERVICES}/*?news=registered`);
  return { clientId: new URL(tab.url()).pathname.slice(`${SERVICES}/`.length) };
}

export async function runAcceptance({ tab, look }: Person, { clientId, url }: { clientId: string; url: string }) {
  const path = `${SERVICES}/${clientId}/acceptance`;
  await tab.click(`main nav a[href="${path}"]`);
  await look(path);
  await fill(tab, { start_url: `${url}/login`, signed_in_url: `${url}/me` });
  await send(tab, path);
  await look(path);
  await send(tab, `${path}/run`);
  // The page comes again by itself while the run goes on.
  await tab.locator('main dl').getByText('سبز').waitFor({ timeout: 40_000 });
  await look(path);
}

export async function proposeAgreement({ tab, look }: Person, clientId: string): Promise<void> {
  const path = `${SERVICES}/${clientId}/agreement`;
  await tab.click(`main nav a[href="${path}"]`);
  await look(path);
  await tab.click(`main a[href="${path}/propose"]`);
  await look(`${path}/propose`);
  for (const claim of ['given_name', 'family_name']) {
    await tab.click(`details:has([name="${claim}.need"]) summary`);
    await tab.selectOption(`[name="${claim}.need"]`, 'required');
    await tab.selectOption(`[name="${claim}.legal_basis"]`, 'public-task');
    await fill(tab, {
      [`${claim}.purpose_fa`]: 'نوشتن نام در پرونده',
      [`${claim}.purpose_en`]: 'Your name in our records',
      [`${claim}.retention_days`]: '180',
    });
  }
  await fill(tab, { scopes: 'openid profile' });
  await send(tab, '/propose');
  await look(`${path}?news=proposed`);
}

export async function askToGoLive({ tab, look }: Person, clientId: string): Promise<void> {
  const path = `${SERVICES}/${clientId}/go-live`;
  await tab.click(`main nav a[href="${path}"]`);
  await look(path);
  await fill(tab, { why: 'همه چیز آماده است' });
  await send(tab, path);
  await look(`${path}?news=asked`);
}

export async function fill(tab: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await tab.fill(`[name="${name}"]`, value);
}

/** Presses a button of the form that leads there, and waits for the page that comes of it, at whatever address. */
async function send(tab: Page, path: string, button = 'button'): Promise<void> {
  const answered = tab.waitForEvent('framenavigated');
  await tab.locator(`main form[action$="${path}"]`).locator(button).first().click();
  await answered;
}
