import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser } from '#tests/support/browser.ts';
import {
  formTo,
  identityFields,
  KIAN,
  MARYAM,
  type PARISA,
  phoneOf,
  walkEnrolment,
  wordsOf,
} from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

describe.each(['embedded', 'real'] as const)('an enrolment while a service is down, on %s stores', (stores) => {
  const clock = createFakeClock();
  let outside: OutsideServices;
  let provider: TestProvider;
  let university: TestRelyingParty;
  beforeAll(async () => {
    outside = await startOutsideServices();
    provider = await startProvider({ stores, clock, environment: outside.environment });
    university = await createRelyingParty(provider, { clientId: 'university' });
  });
  afterEach(async () => {
    for (const name of ['civil-registry', 'mobile-ownership', 'sms'] as const) await outside.spoil(name, {});
  });
  afterAll(async () => {
    await provider.close();
    await outside.close();
  });

  const stayAt = () => ({ stayAt: provider.issuer });
  const walk = (options: Partial<Parameters<typeof walkEnrolment>[0]> & { who: typeof PARISA }) =>
    walkEnrolment({ browser: createBrowser(), outside, issuer: provider.issuer, ...options });

  test('with the civil registry down it waits, says so, refreshes without script, and goes on when it is back', async () => {
    await outside.spoil('civil-registry', { mode: 'outage' });
    const browser = createBrowser();
    const identity = await walk({ who: MARYAM, browser, until: 'identity' });
    const waiting = await browser.submit(identity, identityFields(MARYAM), stayAt());
    expect(new URL(waiting.url).pathname).toBe('/enrol/waiting');
    expect(wordsOf(waiting)).toContain('The civil registry does not answer right now');
    expect(waiting.headers.get('refresh')).toBe('30');
    const told = await browser.submit(waiting, { phone: '0999 000 0012' }, stayAt());
    expect(wordsOf(told)).toContain('we send a text message to');
    // Meanwhile whoever has an account signs in as always.
    const { url } = await university.begin();
    const other = createBrowser();
    const { nationalCode } = provider.citizens[0] ?? { nationalCode: '' };
    const fields = { national_code: nationalCode, password: provider.password };
    expect((await other.submit(await other.open(url, stayAt()), fields, stayAt())).url).toContain('/consent/');

    await outside.spoil('civil-registry', {});
    clock.advance(MINUTE);
    const next = await vi.waitFor(
      async () => {
        const page = await browser.open(`${provider.issuer}/enrol/waiting`, stayAt());
        expect(new URL(page.url).pathname).toBe('/enrol/code');
        return page;
      },
      { timeout: 15_000, interval: 300 },
    );
    expect(wordsOf(next)).toContain('Ask for the code when the phone is at hand');
    const messages = () => outside.messagesTo(phoneOf(MARYAM)).join('\n');
    await expect.poll(messages, { timeout: 10_000 }).toContain(`${provider.issuer}/enrol`);
    const code = await browser.submit(next, {}, stayAt());
    const password = await browser.submit(code, { code: outside.codeFor(phoneOf(MARYAM)) }, stayAt());
    expect(wordsOf(password)).toContain('Welcome, Maryam Sharifi');
  }, 30_000);

  test.each([
    ['mobile-ownership', '/enrol/waiting', 'Shahkar, which knows whose number it is'],
    ['sms', '/enrol/code', 'No message can be sent right now'],
  ] as const)('with %s down the page says what happens', async (service, path, words) => {
    const browser = createBrowser();
    const phone = await walk({ who: KIAN, browser, until: 'phone' });
    await outside.spoil(service, { mode: 'outage' });
    const page = await browser.submit(phone, { phone: phoneOf(KIAN) }, stayAt());
    expect([new URL(page.url).pathname, wordsOf(page)]).toEqual([path, expect.stringContaining(words)]);
  });

  test('giving up keeps nothing', async () => {
    await outside.spoil('civil-registry', { mode: 'outage' });
    const browser = createBrowser();
    const identity = await walk({ who: KIAN, browser, until: 'identity' });
    const waiting = await browser.submit(identity, identityFields(KIAN), stayAt());
    const ended = await browser.submit(waiting, {}, { ...stayAt(), form: formTo(waiting, '/enrol/cancel') });
    expect(wordsOf(ended)).toContain('You gave up creating an account');
  });
});
