import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { identityFields, KIAN, MARYAM, NAVID, phoneOf, walkEnrolment, wordsOf } from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** Longer than one attempt is given here, and within it: slow is not dead. */
const outsideWays = { timeoutMs: 800 };
const TOO_SLOW = { latencyMs: 1000 };
const SLOW = { latencyMs: 200 };

const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment, outsideWays });
});
afterEach(async () => {
  for (const name of ['civil-registry', 'mobile-ownership', 'sms'] as const) await outside.spoil(name, {});
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const stayAt = () => ({ stayAt: provider.issuer });
const walk = (options: Pick<Parameters<typeof walkEnrolment>[0], 'who' | 'browser' | 'until'>) =>
  walkEnrolment({ outside, issuer: provider.issuer, ...options });
const pathOf = ({ url }: { url: string }) => new URL(url).pathname;

test('services that are slow, and answer within their time, hold nobody up', async () => {
  for (const name of ['civil-registry', 'mobile-ownership', 'sms'] as const) await outside.spoil(name, SLOW);
  const page = await walk({ who: NAVID, browser: createBrowser(), until: 'password' });
  expect(wordsOf(page)).toContain('Welcome, Navid');
}, 30_000);

test('services that are too slow: the page says which, what was typed is kept, and a message tells when it is done', async () => {
  const [ofMaryam, ofKian] = [createBrowser(), createBrowser()];
  const identity = await walk({ who: MARYAM, browser: ofMaryam, until: 'identity' });
  const phone = await walk({ who: KIAN, browser: ofKian, until: 'phone' });
  await outside.spoil('civil-registry', TOO_SLOW);
  await outside.spoil('mobile-ownership', TOO_SLOW);
  const [forRegistry, forOwnership] = await Promise.all([
    ofMaryam.submit(identity, identityFields(MARYAM), stayAt()),
    ofKian.submit(phone, { phone: phoneOf(KIAN) }, stayAt()),
  ]);
  expect([pathOf(forRegistry), pathOf(forOwnership)]).toEqual(['/enrol/waiting', '/enrol/waiting']);
  expect(wordsOf(forRegistry)).toContain('The civil registry does not answer right now');
  expect(wordsOf(forOwnership)).toContain('Shahkar, which knows whose number it is');
  const told = await ofMaryam.submit(forRegistry, { phone: phoneOf(MARYAM) }, stayAt());
  expect(wordsOf(told)).toContain('we send a text message to');

  await outside.spoil('civil-registry', SLOW);
  await outside.spoil('mobile-ownership', SLOW);
  clock.advance(MINUTE);
  for (const [browser, who] of [
    [ofMaryam, MARYAM],
    [ofKian, KIAN],
  ] as const) {
    const messages = () => outside.messagesTo(phoneOf(who)).join('\n');
    await expect.poll(messages, { timeout: 20_000, interval: 200 }).toContain(`${provider.issuer}/enrol`);
    const code = await browser.open(`${provider.issuer}/enrol/waiting`, stayAt());
    expect([pathOf(code), wordsOf(code)]).toEqual([
      '/enrol/code',
      expect.stringContaining('Ask for the code when the phone is at hand'),
    ]);
    const sent = await browser.submit(code, {}, stayAt());
    const password = await browser.submit(sent, { code: outside.codeFor(phoneOf(who)) }, stayAt());
    expect(wordsOf(password)).toContain('Your number is confirmed');
  }
}, 60_000);
