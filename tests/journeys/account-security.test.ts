import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { offerOn } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { createSoftwareAuthenticator } from '#tests/support/software-authenticator.ts';

/** How citizens change what they sign in with: only after a fresh sign-in with two factors, and never unnoticed. */
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});
// Messages are not sent one after another.
beforeEach(() => pass(31 * MINUTE));

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await provider.services.signingKeys.refresh();
}

const SECURITY = '/account/security';
const at = (path: string) => `${provider.issuer}${path}`;
const phoneOf = (citizen: number) => `+98999000000${citizen + 1}`;

const withPassword = (browser: Browser, page: Page, citizen: number, password = provider.password) =>
  browser.submit(page, { national_code: provider.citizens[citizen]?.nationalCode, password });
async function bySms(browser: Browser, page: Page, citizen: number): Promise<Page> {
  const sent = await submitTo(browser, page, { path: '/sms/send', stayAt: provider.issuer });
  const code = outside.codeFor(phoneOf(citizen));
  const done = await submitTo(browser, sent, { path: '/sms', fields: { code }, stayAt: provider.issuer });
  return done;
}
/** At a page that changes something, with everything proven that it asks for. */
async function strongly(path: string, citizen: number): Promise<{ browser: Browser; page: Page }> {
  const browser = createBrowser({ userAgent: 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0' });
  const asked = await withPassword(browser, await browser.open(at(`${SECURITY}${path}`)), citizen);
  return { browser, page: await bySms(browser, asked, citizen) };
}
const post = (browser: Browser, page: Page, path: string, fields: Record<string, string> = {}) =>
  submitTo(browser, page, { path: `${SECURITY}${path}`, fields, stayAt: provider.issuer });

test.each(['/passkey', '/authenticator', '/recovery-codes', '/password'])(
  'a password alone does not open %s; with a second factor one is there',
  async (path) => {
    const browser = createBrowser();
    const home = await withPassword(browser, await browser.open(at('/enter')), 0);
    expect(home.url).toBe(at('/'));
    const asked = await browser.open(at(`${SECURITY}${path}`));
    expect(asked.url).toContain('/sign-in/');
    // The step-up asks for what is missing and for nothing else.
    expect(asked.text).not.toContain('name="password"');
    expect((await bySms(browser, asked, 0)).url).toBe(at(`${SECURITY}${path}`));
  },
);

test('ten minutes later both factors are asked for again, by the page and by its form', async () => {
  const { browser, page } = await strongly('/recovery-codes', 0);
  expect(page.url).toBe(at(`${SECURITY}/recovery-codes`));
  await pass(11 * MINUTE);
  const late = await post(browser, page, '/recovery-codes');
  expect(late.url).toContain('/sign-in/');
  expect(await provider.services.people.recoveryCodes.left(provider.citizens[0]?.id ?? '')).toBe(0);
  expect((await browser.open(at(`${SECURITY}/passkey`))).url).toContain('/sign-in/');
});

test('a passkey is added, told by SMS, shown, and removed again', async () => {
  const { browser, page } = await strongly('/passkey', 1);
  const device = createSoftwareAuthenticator({ isSyncable: true });
  const origin = { origin: provider.issuer };
  const response = JSON.stringify(device.create(offerOn(page), origin));
  const added = await post(browser, page, '/passkey', { response });
  expect(added.url).toBe(at(`${SECURITY}?news=added`));
  expect(added.text).toContain('Chrome, Android');
  const [passkey] = await provider.services.people.passkeys.list(provider.citizens[1]?.id ?? '');
  // A notice is owed with the change and sent by the worker of any instance.
  await expect
    .poll(() => outside.messagesTo(phoneOf(1))[0], { timeout: 10_000 })
    .toContain('a passkey was added. If this was not you');
  const removed = await post(browser, added, '/remove', { passkey: passkey?.id ?? '' });
  expect(removed.url).toBe(at(`${SECURITY}?news=removed`));
  expect(await provider.services.people.passkeys.list(provider.citizens[1]?.id ?? '')).toEqual([]);
});

test('what is no passkey for this page is refused and nothing is added', async () => {
  const { browser, page } = await strongly('/passkey', 2);
  const device = createSoftwareAuthenticator();
  const lies = JSON.stringify(device.create(offerOn(page), { origin: 'https://evil.example' }));
  for (const response of ['', 'no json', '{}', lies])
    expect((await post(browser, await browser.open(at(`${SECURITY}/passkey`)), '/passkey', { response })).status).toBe(
      422,
    );
  expect(await provider.services.people.passkeys.list(provider.citizens[2]?.id ?? '')).toEqual([]);
});

test('an authenticator app is added by its first code; a wrong code keeps the same key on the page', async () => {
  const { browser, page } = await strongly('/authenticator', 2);
  const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(page.text)?.[1] ?? '';
  const code = new TOTP({ secret: Secret.fromBase32(secret), digits: 6 }).generate({ timestamp: clock.now() });
  const wrong = await post(browser, page, '/authenticator', { code: code === '123456' ? '654321' : '123456' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain(secret);
  expect((await post(browser, wrong, '/authenticator', { code })).url).toBe(at(`${SECURITY}?news=added`));
});

test('recovery codes are shown once, and new ones make the old ones worthless', async () => {
  const { browser, page } = await strongly('/recovery-codes', 3);
  const codesOn = ({ text }: Page) => text.match(/\d{5} \d{5} \d{5} \d{5}/g) ?? [];
  const first = codesOn(await post(browser, page, '/recovery-codes'));
  expect(first).toHaveLength(10);
  expect(codesOn(await browser.open(at(`${SECURITY}/recovery-codes`)))).toEqual([]);
  const { recoveryCodes } = provider.services.people;
  const citizenId = provider.citizens[3]?.id ?? '';
  const second = codesOn(await post(browser, page, '/recovery-codes'));
  expect(await recoveryCodes.use({ citizenId, code: first[0] ?? '' })).toBe('wrong');
  expect(await recoveryCodes.use({ citizenId, code: second[0] ?? '' })).toBe('right');
});

test('a new password ends the other sessions and keeps this one; one that everybody has is refused', async () => {
  const elsewhere = createBrowser();
  await withPassword(elsewhere, await elsewhere.open(at('/enter')), 1);
  const { browser, page } = await strongly('/password', 1);
  const common = await post(browser, page, '/password', { password: 'password1234' });
  expect(common.status).toBe(422);
  const password = 'سه گربه روی بام خانه';
  const changed = await post(browser, common, '/password', { password });
  expect(changed.url).toBe(at(`${SECURITY}?news=password-changed`));
  expect((await elsewhere.open(at('/account'))).url).toContain('/sign-in/');
  const fresh = createBrowser();
  const old = await withPassword(fresh, await fresh.open(at('/enter')), 1);
  expect(old.status).toBe(422);
  expect((await withPassword(fresh, old, 1, password)).url).toBe(at('/'));
});

test.each(['/passkey', '/authenticator', '/recovery-codes', '/password', '/remove', '/forget'])(
  'a form that another site posts to %s is refused, and one without our token too',
  async (path) => {
    const browser = createBrowser();
    const page = await withPassword(browser, await browser.open(at(SECURITY)), 0);
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const csrf = /name="csrf" value="([^"]*)"/.exec((await browser.open(at('/account/activity'))).text)?.[1] ?? '';
    const send = (headers: Record<string, string>, fields: Record<string, string>) =>
      fetch(at(`${SECURITY}${path}`), {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, ...headers },
        body: new URLSearchParams(fields),
      });
    expect(page.url).toContain(SECURITY);
    expect((await send({ 'sec-fetch-site': 'cross-site' }, { csrf })).status).toBe(403);
    expect((await send({ origin: 'https://evil.example' }, { csrf })).status).toBe(403);
    expect((await send({}, {})).status).toBe(403);
    // The control: our own form is let through, and led to a stronger sign-in or taken.
    expect((await send({ 'sec-fetch-site': 'same-origin' }, { csrf })).status).not.toBe(403);
  },
);
