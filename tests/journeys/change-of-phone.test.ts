import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { arriveStrongly, phoneOfCitizen } from '#tests/support/strong-citizen.ts';
import { KNOWN_PEOPLE } from '../../demo/people/known-people.ts';

/** A citizen corrects their number: registered to them, at hand, and never unnoticed by the number before. */
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
beforeEach(async () => {
  clock.advance(31 * MINUTE);
  await provider.services.signingKeys.refresh();
  await outside.spoil('mobile-ownership', {});
  await outside.spoil('sms', {});
});

const PHONE = '/account/phone';
/** Registered to the demo's first citizen, beside the one that the account has. */
const NEW = KNOWN_PEOPLE.find(({ nationalCode }) => nationalCode === '8438628508')?.phones[1] ?? '';
const stay = () => ({ stayAt: provider.issuer });
const find = (citizen: number) => provider.services.people.citizens.findById(provider.citizens[citizen]?.id ?? '');
const pathOf = ({ url }: Page) => new URL(url).pathname;

async function atPhone(citizen = 0): Promise<{ browser: Browser; page: Page }> {
  const browser = createBrowser();
  return { browser, page: await arriveStrongly({ provider, outside, browser, citizen, to: PHONE }) };
}

const post = (browser: Browser, page: Page, path: string, fields: Record<string, string>) =>
  submitTo(browser, page, { path, fields, ...stay() });

describe('before a number is the citizen’s', () => {
  test('a password alone does not open the page, nor does an old sign-in its form', async () => {
    const browser = createBrowser();
    const fields = { national_code: provider.citizens[0]?.nationalCode, password: provider.password };
    await browser.submit(await browser.open(`${provider.issuer}/enter`, stay()), fields, stay());
    expect(pathOf(await browser.open(`${provider.issuer}${PHONE}`, stay()))).toContain('/sign-in/');
    const { browser: late, page } = await atPhone();
    clock.advance(11 * MINUTE);
    await provider.services.signingKeys.refresh();
    expect(pathOf(await post(late, page, PHONE, { phone: NEW }))).toContain('/sign-in/');
  });

  test.each([
    ['12345', 422, 'no Iranian mobile number'],
    [phoneOfCitizen(0), 422, 'the number you have already'],
    ['09990000099', 422, 'not in your name'],
  ])('%s is refused with words, and nothing changes', async (typed, status, words) => {
    const { browser, page } = await atPhone();
    const refused = await post(browser, page, PHONE, { phone: typed });
    expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(words)]);
    expect((await find(0))?.phone).toBe(phoneOfCitizen(0));
  });

  test('with the register or the gateway down, the page says that the number stayed as it was', async () => {
    const { browser, page } = await atPhone();
    await outside.spoil('mobile-ownership', { mode: 'errors' });
    const refused = await post(browser, page, PHONE, { phone: NEW });
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('Your number has stayed as it was')]);
    await outside.spoil('mobile-ownership', {});
    await outside.spoil('sms', { mode: 'errors' });
    const unsent = await post(browser, refused, PHONE, { phone: NEW });
    expect([unsent.status, unsent.text]).toEqual([503, expect.stringContaining('cannot send text messages now')]);
    expect((await find(0))?.phone).toBe(phoneOfCitizen(0));
  });

  test('a wrong code changes nothing, and one for the account’s own number is none for this', async () => {
    const { browser, page } = await atPhone();
    const code = await post(browser, page, PHONE, { phone: NEW });
    expect(pathOf(code)).toBe(`${PHONE}/code`);
    const right = outside.codeFor(NEW);
    const wrong = await post(browser, code, `${PHONE}/code`, { code: right === '000000' ? '000001' : '000000' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('This code is not right')]);
    expect((await find(0))?.phone).toBe(phoneOfCitizen(0));
    // Another session of the same citizen, with the right code, has begun nothing.
    const other = await atPhone(1);
    const forged = { ...other.page, text: other.page.text.replaceAll(`action="${PHONE}"`, `action="${PHONE}/code"`) };
    expect(pathOf(await post(other.browser, forged, `${PHONE}/code`, { code: right }))).toBe(PHONE);
    expect((await find(1))?.phone).toBe(phoneOfCitizen(1));
  });
});

test('a number never changes without the evidence of whose it is: what fails half way changes nothing, and can be done again', async () => {
  const { database, evidence } = provider.services;
  const { browser, page } = await atPhone();
  const code = await post(browser, page, PHONE, { phone: NEW });
  await sql`alter table evidence add constraint nobodys check (citizen_id is null) not valid`.execute(database);
  const failed = await post(browser, code, `${PHONE}/code`, { code: outside.codeFor(NEW) });
  await sql`alter table evidence drop constraint nobodys`.execute(database);
  expect(failed.status).toBe(500);
  expect((await find(0))?.phone).toBe(phoneOfCitizen(0));
  expect(await evidence.listOf(provider.citizens[0]?.id ?? '')).toEqual([]);

  const { browser: later, page: anew } = await atPhone();
  const again = await post(later, anew, PHONE, { phone: NEW });
  const done = await post(later, again, `${PHONE}/code`, { code: outside.codeFor(NEW) });
  expect(done.text).toContain('Your mobile number was changed');
  expect(await evidence.listOf(provider.citizens[0]?.id ?? '')).toHaveLength(1);
  const citizen = await find(0);
  const old = readMobileNumber(phoneOfCitizen(0));
  if (citizen === undefined || old === undefined) throw new Error('the test needs its citizen');
  await provider.services.people.citizens.changePhone(citizen.id, { ...citizen, phone: old });
});

test('a number that is registered to the citizen and at hand is theirs, by whatever else the forms claim, and the one before is told', async () => {
  const claims = {
    identity_level: 'self-asserted',
    identityLevel: 'self-asserted',
    phone_number_verified: 'true',
    belongs_to: 'citizen',
    citizen_id: provider.citizens[1]?.id ?? '',
    birthdate: '1900-01-01',
    given_name: 'Shah',
    state: 'active',
  };
  const before = await find(0);
  const { browser, page } = await atPhone();
  const code = await post(browser, page, PHONE, { ...claims, phone: '۰۹۹۹۰۰۰۰۰۳۱' });
  const done = await post(browser, code, `${PHONE}/code`, {
    ...claims,
    phone: '+989990000099',
    phone_number: '+989990000099',
    code: outside.codeFor(NEW),
  });
  expect(done.text).toContain('Your mobile number was changed');
  expect(await find(0)).toEqual({ ...before, phone: NEW, language: 'en', updatedAt: expect.any(Number) });
  expect((await find(1))?.phone).toBe(phoneOfCitizen(1));
  await expect
    .poll(() => outside.messagesTo(phoneOfCitizen(0)).join('\n'), { timeout: 10_000 })
    .toContain('your mobile number was changed. If this was not you');
  await provider.services.auditStore.flush();
  const [change] = await provider.services.auditStore.listOf(before?.id ?? '', { limit: 1, names: ['factor.changed'] });
  expect(change?.details).toEqual({ factor: 'phone', act: 'changed' });
  const [evidence] = await provider.services.evidence.listOf(before?.id ?? '');
  expect(evidence).toMatchObject({ source: 'mobile-ownership', result: 'owner' });
});
