import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createDevice, type TestDevice } from '#tests/support/device.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

const TRUSTED = { PANJEREH_TRUSTED_PROXIES: '127.0.0.1,::1' };

let provider: TestProvider;
let kiosk: TestDevice;

beforeAll(async () => {
  provider = await startProvider({ environment: TRUSTED });
  kiosk = await createDevice(provider, { clientId: 'kiosk' });
});
afterAll(async () => {
  kiosk.close();
  await provider.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const stayAt = () => provider.issuer;

async function enter(browser: Browser, code: string, network?: string): Promise<Page> {
  const page = await browser.open(`${provider.issuer}/device`, { stayAt: stayAt() });
  const headers: Record<string, string> = network === undefined ? {} : { 'x-forwarded-for': network };
  return browser.submit(page, { user_code: code }, { stayAt: stayAt(), headers });
}

async function signIn(browser: Browser, page: Page): Promise<Page> {
  const fields = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  const next = page.url.includes('/sign-in/') ? await browser.submit(page, fields, { stayAt: stayAt() }) : page;
  return next.url.includes('/consent/') ? browser.submit(next, { decision: 'allow' }, { stayAt: stayAt() }) : next;
}

test('a citizen connects a device: the code, a question, sign-in, consent, done; and the device gets their tokens', async () => {
  const device = await kiosk.begin();
  expect(device.verification_uri).toBe(`${provider.issuer}/device`);
  expect(await kiosk.ask(device.device_code)).toBe('authorization_pending');

  const browser = createBrowser();
  const question = await enter(browser, device.user_code.toLowerCase());
  expect(question.text).toContain('Connect this device?');
  expect(question.text).toContain('Service kiosk');
  expect(question.text).toContain(device.user_code);
  expect(await kiosk.ask(device.device_code)).toBe('authorization_pending');
  const done = await signIn(browser, await browser.submit(question, {}, { stayAt: stayAt() }));
  expect(done.text).toContain('The device is connected');

  const tokens = await kiosk.ask(device.device_code);
  if (typeof tokens === 'string') throw new Error(tokens);
  expect(await kiosk.askUserInfo(tokens)).toMatchObject({ given_name: provider.citizens[0]?.givenName });
  expect((await enter(browser, device.user_code)).text).toContain('This code has been used before');
  expect(await kiosk.ask(device.device_code)).toBe('invalid_grant');
});

test('the address with the code in it still asks before it connects', async () => {
  const device = await kiosk.begin();
  const browser = createBrowser();
  const page = await browser.open(device.verification_uri_complete ?? '', { stayAt: stayAt() });
  expect(page.text).toContain('One moment');
  const question = await browser.submit(page, {}, { stayAt: stayAt() });
  expect(question.text).toContain('Connect this device?');
  expect(await kiosk.ask(device.device_code)).toBe('authorization_pending');
});

test('a refusal is told to the citizen and to the device', async () => {
  const device = await kiosk.begin();
  const browser = createBrowser();
  const refused = await browser.submit(
    await enter(browser, device.user_code),
    { confirm: undefined, abort: 'yes' },
    { stayAt: stayAt() },
  );
  expect(refused.text).toContain('The device was not connected');
  expect(await kiosk.ask(device.device_code)).toBe('access_denied');
});

test('nothing entered and a wrong code are told apart, and the form stays usable', async () => {
  const browser = createBrowser();
  const empty = await enter(browser, '');
  expect([empty.status, empty.text.includes('Enter the code that you see')]).toEqual([422, true]);
  const wrong = await browser.submit(empty, { user_code: 'BBBB-BBBB' }, { stayAt: stayAt() });
  expect([wrong.status, wrong.text.includes('This code is not right')]).toEqual([422, true]);
  const { user_code } = await kiosk.begin();
  const right = await browser.submit(wrong, { user_code }, { stayAt: stayAt() });
  expect(right.text).toContain('Connect this device?');
});

test('codes cannot be guessed without end from one network, and another network is not held up', async () => {
  const { user_code } = await kiosk.begin();
  const guesser = createBrowser();
  const statuses: number[] = [];
  for (let guess = 0; guess < 23; guess += 1) statuses.push((await enter(guesser, 'CCCC-CCCC', '198.51.100.7')).status);
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(422));
  expect(statuses.slice(-1)).toEqual([429]);
  const slow = await enter(guesser, user_code, '198.51.100.7');
  expect([slow.status, slow.text.includes('There were too many attempts')]).toEqual([429, true]);
  expect((await enter(createBrowser(), user_code, '203.0.113.9')).text).toContain('Connect this device?');
});

test('somebody who enters right codes all day is not slowed down', async () => {
  const { user_code } = await kiosk.begin();
  const browser = createBrowser();
  for (let time = 0; time < 25; time += 1) {
    expect((await enter(browser, user_code, '192.0.2.1')).status).toBe(200);
  }
});

/** The last one: a clock that jumps back is nothing that the provider promises to live with. */
test('a code that ran out is called so, to the citizen and to the device', async () => {
  const device = await kiosk.begin();
  vi.useFakeTimers({ toFake: ['Date'], now: systemClock.now() + 11 * MINUTE });
  await vi.waitFor(async () => expect((await fetch(`${provider.issuer}/readyz`)).status).toBe(200), 5_000);
  expect((await enter(createBrowser(), device.user_code)).text).toContain('This code has expired');
  expect(await kiosk.ask(device.device_code)).toBe('expired_token');
});
