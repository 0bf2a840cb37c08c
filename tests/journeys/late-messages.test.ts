import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { formTo, identityFields, PARISA, phoneOf, walkEnrolment, wordsOf } from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, issueRecoveryCodes, registryRecordOf } from '#tests/support/recovery.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { createSignInSteps, peopleOf, stepOf, submitTo } from '#tests/support/sign-in-steps.ts';
import { arriveStrongly } from '#tests/support/strong-citizen.ts';
import { KNOWN_PEOPLE } from '../../demo/people/known-people.ts';

/** The gateway takes the message, and its answer comes after we stopped waiting. */
const outsideWays = { timeoutMs: 800 };
const LATE = { latencyMs: 1000 };
const MAY_BE_LATE = 'The message may come late';

const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment, outsideWays });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const citizen = (index: number) => {
  const found = peopleOf(provider)[index];
  if (found === undefined) throw new Error(`there is no demo citizen ${index}`);
  return found;
};
const { pass, begin, type, post, end } = createSignInSteps(() => ({
  ...{ provider, outside, university, clock, plain: citizen(0) },
}));
const stayAt = () => ({ stayAt: provider.issuer });
const pathOf = (page: Page) => new URL(page.url).pathname;
const two = { acr_values: 'urn:panjereh:aal:2' };

/** No number is sent many messages. */
let serial = 0;

/** Notices of the test before are out, and the circuit that opens after several failures in a row is closed. */
async function gatewayAnswers(): Promise<void> {
  const { textMessages } = provider.services.people;
  serial += 1;
  const to = readMobileNumber(`0912000000${serial}`);
  if (to === undefined) throw new Error('the test made no number');
  const message = { to, kind: 'new-device', language: 'fa', values: {}, network: '192.0.2.1' } as const;
  await vi.waitFor(async () => expect(await textMessages.send(message)).toEqual({ outcome: 'sent' }), {
    timeout: 15_000,
    interval: 300,
  });
}

beforeEach(async () => {
  await outside.spoil('sms', {});
  await gatewayAnswers();
  // Messages are not sent one after another.
  await pass(31 * MINUTE);
});

describe('a code whose message the gateway took without saying so in time is good, and the page says that it may be late', () => {
  test('at a sign-in, in both languages', async () => {
    for (const [language, words] of [
      ['en', MAY_BE_LATE],
      ['fa', 'شاید پیامک دیر برسد'],
    ] as const) {
      await pass(31 * MINUTE);
      const browser = createBrowser({ language });
      const { page, finish } = await begin(browser, two);
      const second = await type(browser, page);
      await outside.spoil('sms', LATE);
      const asked = await post(browser, second, '/sms/send');
      expect([asked.status, stepOf(asked), wordsOf(asked)]).toEqual([200, 'sms', expect.stringContaining(words)]);
      const answered = await post(browser, asked, '/sms', { code: outside.codeFor(citizen(0).phone) });
      expect(await end(browser, answered, finish)).toMatchObject({ acr: 'urn:panjereh:aal:2' });
    }
  }, 20_000);

  test('in an enrolment, and asking for another has to wait: it would be the death of the code that is on its way', async () => {
    const browser = createBrowser();
    const phone = await walkEnrolment({ outside, issuer: provider.issuer, who: PARISA, browser, until: 'phone' });
    await outside.spoil('sms', LATE);
    const first = await browser.submit(phone, { phone: phoneOf(PARISA) }, stayAt());
    expect([first.status, pathOf(first), wordsOf(first)]).toEqual([
      200,
      '/enrol/code',
      expect.stringContaining(MAY_BE_LATE),
    ]);
    const again = await browser.submit(first, {}, { ...stayAt(), form: formTo(first, '/enrol/code/again') });
    expect([again.status, wordsOf(again)]).toEqual([429, expect.stringContaining('may still be on its way')]);
    const password = await browser.submit(again, { code: outside.codeFor(phoneOf(PARISA)) }, stayAt());
    expect(pathOf(password)).toBe('/enrol/password');
  }, 20_000);

  test('for the new number of a recovery', async () => {
    const { id, nationalCode } = citizen(1);
    const record = registryRecordOf({ nationalCode });
    const [recoveryCode = ''] = await issueRecoveryCodes(provider, id);
    const browser = createBrowser();
    const started = await beginRecovery(browser, provider.issuer, 'lost-phone');
    const known = { national_code: nationalCode, password: provider.password };
    const second = await browser.submit(started, known, stayAt());
    const phone = await browser.submit(second, { recovery_code: recoveryCode }, stayAt());
    await outside.spoil('sms', LATE);
    const number = phoneOf(record);
    const asked = await browser.submit(phone, { phone: number }, stayAt());
    expect([asked.status, wordsOf(asked)]).toEqual([200, expect.stringContaining(MAY_BE_LATE)]);
    const after = await browser.submit(asked, { code: outside.codeFor(number) }, stayAt());
    expect(pathOf(after)).not.toBe('/recover/phone-code');
  }, 20_000);

  test('for the new number of an account', async () => {
    const number = KNOWN_PEOPLE.find(({ nationalCode }) => nationalCode === citizen(0).nationalCode)?.phones[1] ?? '';
    const browser = createBrowser();
    const page = await arriveStrongly({ provider, outside, browser, citizen: 0, to: '/account/phone' });
    await outside.spoil('sms', LATE);
    const asked = await submitTo(browser, page, { path: '/account/phone', fields: { phone: number }, ...stayAt() });
    expect([pathOf(asked), wordsOf(asked)]).toEqual(['/account/phone/code', expect.stringContaining(MAY_BE_LATE)]);
    const fields = { code: outside.codeFor(number) };
    expect(pathOf(await submitTo(browser, asked, { path: '/account/phone/code', fields, ...stayAt() }))).toBe(
      '/account',
    );
  }, 20_000);

  test('for a forgotten password, where the page says the same as ever: nobody learns who exists', async () => {
    const record = registryRecordOf(citizen(2));
    const browser = createBrowser();
    const identity = await beginRecovery(browser, provider.issuer, 'forgotten-password');
    await outside.spoil('sms', LATE);
    const code = await browser.submit(identity, identityFields(record), stayAt());
    expect(wordsOf(code)).not.toContain(MAY_BE_LATE);
    await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBeGreaterThan(0);
    const password = await browser.submit(code, { code: outside.codeFor(phoneOf(record)) }, stayAt());
    expect(pathOf(password)).toBe('/recover/password');
  }, 20_000);
});

test('control: a gateway that refuses, or cannot be reached, has sent nothing: the page says that, and no code is asked for', async () => {
  for (const mode of ['errors', 'outage'] as const) {
    await outside.spoil('sms', {});
    await pass(31 * MINUTE);
    const browser = createBrowser();
    const { page } = await begin(browser, two);
    const second = await type(browser, page);
    await outside.spoil('sms', { mode });
    const asked = await post(browser, second, '/sms/send');
    expect([asked.status, wordsOf(asked)]).toEqual([
      503,
      expect.stringContaining('Text messages cannot be sent right now'),
    ]);
    expect(wordsOf(asked)).not.toContain('Enter the code from the text message');
  }
});
