import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { identityFields, KIAN, walkEnrolment, wordsOf } from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { createSignInSteps, peopleOf, stepOf } from '#tests/support/sign-in-steps.ts';

const [one, two] = ['urn:panjereh:aal:1', 'urn:panjereh:aal:2'];
const everyService = ['civil-registry', 'mobile-ownership', 'sms'] as const;

const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let [plain, withApp, withPasskey, withCodes]: { id: string; nationalCode: string; phone: string }[] = [];
let codeNow: () => string;
let usePasskey: (page: Page) => string;
let recoveryCodes: string[];

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
  const own = createOwnFactors(provider, clock);
  [plain, withApp, withPasskey, withCodes] = peopleOf(provider);
  codeNow = await own.authenticator(withApp?.id ?? '');
  usePasskey = await own.passkey(withPasskey?.id ?? '');
  recoveryCodes = await own.recoveryCodes(withCodes?.id ?? '');
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const { pass, begin, type, post, end } = createSignInSteps(() => ({
  ...{ provider, outside, university, clock, plain },
}));
const open = (page: Page, step: string) => [page.url.replace(/\/second-factor$/, ''), step].join('/');
const stayAt = () => ({ stayAt: provider.issuer });

// Codes of an app are used once, and messages are not sent one after another.
beforeEach(() => pass(31 * MINUTE));

describe.each([
  ['cannot be reached', { mode: 'outage' }],
  ['answer with errors alone', { mode: 'errors' }],
] as const)('while civil registry, mobile ownership and SMS gateway all %s', (_, faults) => {
  beforeAll(async () => {
    for (const name of everyService) await outside.spoil(name, faults);
  });
  afterAll(async () => {
    for (const name of everyService) await outside.spoil(name, {});
  });

  test('control: whoever enrols has to wait', async () => {
    const browser = createBrowser();
    const identity = await walkEnrolment({ browser, outside, issuer: provider.issuer, who: KIAN, until: 'identity' });
    const next = await browser.submit(identity, identityFields(KIAN), stayAt());
    expect(new URL(next.url).pathname).toBe('/enrol/waiting');
  });

  test('a password signs in, and the session leads to the next sign-in', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser);
    expect(await end(browser, await type(browser, page), finish)).toMatchObject({ acr: one });
    const next = await begin(browser, { prompt: 'none' });
    expect(await end(browser, next.page, next.finish)).toMatchObject({ acr: one });
  });

  test('a passkey signs in', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { claims: '{"id_token":{"acr":{"essential":true,"value":"phr"}}}' });
    const answered = await post(browser, page, '/passkey', { response: usePasskey(page) });
    expect(await end(browser, answered, finish)).toMatchObject({ acr: 'phr' });
  });

  test('a password and the code of an app reach the second level', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { acr_values: two ?? '' });
    const choice = await type(browser, page, withApp);
    const step = await browser.open(open(choice, 'authenticator'), stayAt());
    const answered = await post(browser, step, '/authenticator', { code: codeNow() });
    expect(await end(browser, answered, finish)).toMatchObject({ acr: two });
  });

  test.each([
    ['en', 'Text messages cannot be sent right now. Ask again in a few minutes or choose another way'],
    ['fa', 'اکنون نمی‌توان پیامک فرستاد'],
  ])(
    'where a code by SMS is needed the page says so (%s), and another way that there is leads on',
    async (language, words) => {
      const browser = createBrowser({ language });
      const { page, finish } = await begin(browser, { acr_values: two ?? '' });
      const choice = await type(browser, page, withCodes);
      const asked = await post(browser, choice, '/sms/send');
      expect([asked.status, wordsOf(asked)]).toEqual([503, expect.stringContaining(words)]);
      const step = await browser.open(open(choice, 'recovery-code'), stayAt());
      const used = await post(browser, step, '/recovery-code', { code: recoveryCodes.pop() ?? '' });
      expect(await end(browser, used, finish)).toMatchObject({ acr: two });
    },
  );
});

test('who has no other way is not signed in lower than was asked, and once messages are back the code comes', async () => {
  await outside.spoil('sms', { mode: 'outage' });
  const browser = createBrowser();
  const { page, finish } = await begin(browser, { acr_values: two ?? '' });
  const asked = await post(browser, await type(browser, page), '/sms/send');
  expect([asked.status, stepOf(asked)]).toEqual([503, 'sms']);
  const silent = await begin(browser, { prompt: 'none' });
  expect(silent.page.leadsTo).toContain('error=login_required');

  await outside.spoil('sms', {});
  // The circuit rests for some seconds before it tries again.
  const sent = await vi.waitFor(
    async () => {
      const again = await post(browser, asked, '/sms/send');
      expect(again.status).toBe(200);
      return again;
    },
    { timeout: 20_000, interval: 300 },
  );
  const answered = await post(browser, sent, '/sms', { code: outside.codeFor(plain?.phone ?? '') });
  expect(await end(browser, answered, finish)).toMatchObject({ acr: two });
}, 30_000);
