import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

// openid-client and the library have the machine's time, so ours begins there and is only moved ahead.
const clock = createFakeClock(Math.floor(systemClock.now() / 1000) * 1000);
let provider: TestProvider;
let ministry: TestOperator;

beforeAll(async () => {
  provider = await startProvider({ clock });
  ministry = await createTestOperator(provider, { citizen: 0, roles: [{ role: 'ministry' }], clock });
});
afterAll(() => provider.close());

const at = (path: string) => `${provider.issuer}${path}`;
const open = (browser: Browser, path = '/console') => browser.open(at(path), { stayAt: provider.issuer });
const consoleCookie = ({ cookies }: Browser) => cookies.find(({ name }) => name.endsWith('panjereh_console'));
const eventsOf = (citizenId: string) => provider.services.auditStore.listOf(citizenId, { limit: 100 });

describe('the way into the console', () => {
  test('is a sign-in with a passkey at this provider, and leads back to the page that was asked for', async () => {
    const { browser, page } = await ministry.enter({ to: '/console?from=letter' });
    expect(page.status).toBe(200);
    expect(page.url).toBe(at('/console?from=letter'));
    expect(page.text).toContain('Ministry');
    expect(consoleCookie(browser)?.attributes).toMatch(/httponly/i);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  test('asks nobody again who used a passkey a moment ago', async () => {
    const { browser } = await ministry.enter();
    const cookie = browser.cookies.findIndex(({ name }) => name.endsWith('panjereh_console'));
    browser.cookies.splice(cookie, 1);
    const again = await open(browser);
    expect(again.url).toBe(at('/console'));
    expect(again.text).toContain('Ministry');
  });

  test('is closed to a password, and says that a passkey is needed', async () => {
    const browser = createBrowser();
    const { nationalCode } = provider.citizens[1] ?? {};
    const page = await open(browser);
    const fields = { national_code: nationalCode, password: provider.password };
    const unmet = await browser.submit(page, fields, { stayAt: provider.issuer });
    expect(consoleCookie(browser)).toBeUndefined();
    const back = await browser.submit(unmet, {}, { stayAt: provider.issuer });
    expect(back.url).toContain('/console/arrive');
    expect(back.status).toBe(403);
    expect(back.text).toContain('/account/security/passkey');
    expect(consoleCookie(browser)).toBeUndefined();
  });

  test('tells the console nothing but a subject of its own', async () => {
    const { browser } = await ministry.enter();
    const subject = await provider.services.registry.subjects.subjectFor({
      citizenId: ministry.citizenId,
      sector: 'panjereh-console',
    });
    expect(subject).not.toBe(ministry.citizenId);
    const released = (await eventsOf(ministry.citizenId)).filter(({ name }) => name === 'claims.released');
    expect(released).toEqual([]);
    expect(consoleCookie(browser)).toBeDefined();
  });

  test('is taken by the browser that began it, once', async () => {
    const browser = createBrowser();
    const page = await open(browser);
    const offer = await submitTo(browser, page, {
      path: '/passkey',
      fields: { response: 'nothing' },
      stayAt: provider.issuer,
    });
    expect(offer.status).toBeGreaterThanOrEqual(400);
    const stranger = await open(createBrowser(), '/console/arrive?code=stolen&state=guessed');
    expect(stranger.status).toBe(403);
    expect(stranger.text).toContain('did not begin in this browser');
  });
});

describe('a session of the console', () => {
  test('ends after half an hour without a request, and a passkey is asked for anew', async () => {
    const { browser } = await ministry.enter();
    await pass(29 * MINUTE);
    expect((await open(browser)).text).toContain('Ministry');
    await pass(31 * MINUTE);
    expect((await open(browser)).text).toContain('id="passkey-offer"');
  });

  test('ends after a working day, however busy it was', async () => {
    const { browser } = await ministry.enter();
    for (let hour = 0; hour < 16; hour += 1) {
      await pass(29 * MINUTE);
      expect((await open(browser)).text).toContain('Ministry');
    }
    await pass(20 * MINUTE);
    expect((await open(browser)).text).not.toContain('Your roles');
  });

  test('ends with the account and shows no role that was taken away', async () => {
    const { browser, page } = await ministry.enter();
    expect(page.text).toContain('You decide who is connected');
    const { operators } = provider.services.console;
    const role = { citizenId: ministry.citizenId, role: 'ministry', by: 'tests', why: 'for the test' } as const;
    await operators.revoke(role);
    expect((await open(browser)).text).toContain('You have no role in the console yet.');
    await operators.grant(role);
    await provider.services.people.citizens.setState(ministry.citizenId, 'locked', 'tests');
    await vi.waitFor(async () => expect((await open(browser)).text).not.toContain('Your roles'), 5000);
    await provider.services.people.citizens.setState(ministry.citizenId, 'active', 'tests');
    await vi.waitFor(async () => expect((await open(browser)).text).toContain('Your roles'), 5000);
  });
});

describe('the way out of the console', () => {
  test('ends its session at once and asks at the provider whether everything shall end', async () => {
    const { browser, page } = await ministry.enter();
    const cookie = consoleCookie(browser);
    const asked = await browser.submit(page, {}, { stayAt: provider.issuer });
    expect(asked.url).toContain('/logout');
    expect(consoleCookie(browser)).toBeUndefined();
    browser.cookies.push(cookie as NonNullable<typeof cookie>);
    expect(await isIn(browser, { withoutProvider: true })).toBe(false);
    const signedOut = await submitTo(browser, asked, {
      path: '/logout/confirm',
      fields: { logout: 'yes' },
      stayAt: provider.issuer,
    });
    expect(signedOut.url).toContain('/console/signed-out');
  });

  test('is also a sign-out anywhere else: the provider tells the console, and its session is gone', async () => {
    const { browser } = await ministry.enter();
    expect(await isIn(browser, { withoutProvider: true })).toBe(true);
    const page = await browser.open(at('/logout'), { stayAt: provider.issuer });
    await submitTo(browser, page, { path: '/logout/confirm', fields: { logout: 'yes' }, stayAt: provider.issuer });
    await vi.waitFor(async () => expect(await isIn(browser, { withoutProvider: true })).toBe(false), 5000);
    const left = (await eventsOf(ministry.citizenId)).find(({ name }) => name === 'console.left');
    expect(left?.details).toEqual({ by: 'provider' });
  });

  test('leaves the other session of the same operator alone', async () => {
    const here = await ministry.enter();
    const there = await ministry.enter();
    const page = await here.browser.open(at('/logout'), { stayAt: provider.issuer });
    await submitTo(here.browser, page, { path: '/logout/confirm', fields: { logout: 'yes' }, stayAt: provider.issuer });
    await vi.waitFor(async () => expect(await isIn(here.browser, { withoutProvider: true })).toBe(false), 5000);
    expect(await isIn(there.browser, { withoutProvider: true })).toBe(true);
  });
});

/** Whether the console still knows this browser; without the provider's own session, which would sign in again. */
async function isIn({ cookies }: Browser, _: { withoutProvider: true }): Promise<boolean> {
  const alone = createBrowser();
  alone.cookies.push(...cookies.filter(({ name }) => name.endsWith('panjereh_console')));
  const page = await alone.open(at('/console'), { stayAt: 'nowhere' });
  return page.status === 200;
}

async function pass(milliseconds: number): Promise<void> {
  const { signingKeys } = provider.services;
  clock.advance(milliseconds);
  await signingKeys.refresh();
  await signingKeys.refresh();
}
