import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMobileNumber } from '#citizens/mobile-number.ts';
import { MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { stepOf, submitTo } from '#tests/support/sign-in-steps.ts';
import { phoneOfCitizen } from '#tests/support/strong-citizen.ts';

/** Proofs that are good, and are somebody else's: citizen 1 has an app, citizen 2 an app and a passkey. */
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let thiefsCodeNow: () => string;
let usePasskey: (page: Page) => string;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
  const own = createOwnFactors(provider, clock);
  await own.authenticator(provider.citizens[1]?.id ?? '');
  thiefsCodeNow = await own.authenticator(provider.citizens[2]?.id ?? '');
  usePasskey = await own.passkey(provider.citizens[2]?.id ?? '');
  // The codes that confirmed the apps are used up.
  await pass(2 * MINUTE);
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await provider.services.signingKeys.refresh();
}

const stayAt = () => ({ stayAt: provider.issuer });
const who = (citizen: number) => ({
  national_code: provider.citizens[citizen]?.nationalCode ?? '',
  password: provider.password,
});
const isIn = ({ leadsTo, url }: Page) => leadsTo?.includes('code=') === true || url.includes('/consent/');
const open = async (browser: Browser, extra: Record<string, string> = {}) =>
  browser.open((await university.begin(extra)).url, stayAt());
/** The first page of a sign-in in which the password of citizen 1 was right. */
async function halfway(browser: Browser): Promise<Page> {
  const first = await open(browser);
  await browser.submit(first, who(1), stayAt());
  return first;
}
/** As a form on a page of ours would post it, to an address of choice. */
const postTo = (browser: Browser, page: Page, address: string, fields: Record<string, string>) =>
  browser.submit(
    { ...page, text: page.text.replace(/action="[^"]*"/g, `action="${new URL(address).pathname}"`) },
    fields,
    stayAt(),
  );

test('a code that went to a number is none once the account has another; control: until then it is one', async () => {
  const { citizens } = provider.services.people;
  const [id, phone] = [provider.citizens[3]?.id ?? '', readMobileNumber('+989990000077')];
  const before = await citizens.findById(id);
  if (before?.phone === undefined || phone === undefined) throw new Error('the test needs two numbers');
  const { identityLevel } = before;
  for (const isChanged of [true, false]) {
    const browser = createBrowser();
    const first = await open(browser, { acr_values: 'urn:panjereh:aal:2' });
    const sms = await browser.submit(first, who(3), stayAt());
    const asked = await submitTo(browser, sms, { path: '/sms/send', fields: {}, stayAt: provider.issuer });
    if (isChanged) await citizens.changePhone(id, { phone, identityLevel });
    const fields = { code: outside.codeFor(before.phone) };
    const answer = await submitTo(browser, asked, { path: '/sms', fields, stayAt: provider.issuer });
    expect(isIn(answer)).toBe(!isChanged);
    await citizens.changePhone(id, { phone: before.phone, identityLevel });
  }
});

test("somebody else's passkey finishes nobody's half sign-in; control: it is a whole one of their own", async () => {
  for (const isHalfway of [true, false]) {
    const browser = createBrowser();
    const { url: base } = isHalfway ? await halfway(browser) : await open(browser);
    // The first page offers passkeys for this very sign-in, whoever is half way through it.
    const first = await browser.open(`${base}?somebody=else`, stayAt());
    const answer = await postTo(browser, first, `${base}/passkey`, { response: usePasskey(first) });
    expect(isIn(answer)).toBe(!isHalfway);
  }
});

test('whoever is not the one signed in here may come by their own passkey, and is nobody but themselves then', async () => {
  const browser = createBrowser();
  const two = 'urn:panjereh:aal:2';
  expect(isIn(await browser.submit(await open(browser), who(0), stayAt()))).toBe(true);
  await pass(10 * MINUTE);
  const sms = await open(browser, { acr_values: two });
  const asked = await submitTo(browser, sms, { path: '/sms/send', fields: {}, stayAt: provider.issuer });
  const fields = { code: outside.codeFor(phoneOfCitizen(0)) };
  expect(isIn(await submitTo(browser, asked, { path: '/sms', fields, stayAt: provider.issuer }))).toBe(true);
  await pass(10 * MINUTE);
  const again = await open(browser, { acr_values: two, max_age: '900' });
  expect(stepOf(again)).toBe('password');
  const base = again.url.replace(/\/password$/, '');
  const first = await browser.open(`${base}?somebody=else`, stayAt());
  const sessionsOf = (citizen: number) => provider.services.sessions.list(provider.citizens[citizen]?.id ?? '');
  const before = (await sessionsOf(2)).length;
  const failed = await postTo(browser, first, `${base}/passkey`, { response: '{}' });
  expect([stepOf(failed), failed.status]).toEqual(['sign-in', 422]);
  const answer = await postTo(browser, first, `${base}/passkey`, { response: usePasskey(first) });
  // The library ends the session of the one before by a page that posts itself.
  expect(isIn(await browser.submit(answer, {}, stayAt()))).toBe(true);
  expect(await sessionsOf(0)).toHaveLength(0);
  expect(await sessionsOf(2)).toHaveLength(before + 1);
});

test('what a thief proved of themselves is none of what a victim has to prove', async () => {
  const { citizens } = provider.services.people;
  const id = provider.citizens[2]?.id ?? '';
  await citizens.setState(id, 'must-change-password', 'test');
  const browser = createBrowser();
  const first = await open(browser);
  await browser.submit(first, who(2), stayAt());
  const step = await browser.open(`${first.url}/authenticator`, stayAt());
  const proven = await browser.submit(step, { code: thiefsCodeNow() }, stayAt());
  expect(stepOf(proven), 'control: password and code were right').toBe('new-password');
  const again = await browser.open(`${first.url}?somebody=else`, stayAt());
  const answer = await browser.submit(again, who(1), stayAt());
  expect([isIn(answer), stepOf(answer)]).toEqual([false, 'second-factor']);
  await citizens.setState(id, 'active', 'test');
});
