import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page, readForms } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { stepOf, submitTo } from '#tests/support/sign-in-steps.ts';

/**
 * The steps of a sign-in, taken out of order, with fields that no form has, from another browser, and from other sites
 * (classes 3, 16, 20 and 22): what counts is kept on our side, and what is on the page is only ever an answer.
 */
const clock = createFakeClock();
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
let codeNow: () => string;
let usePasskey: (page: Page) => string;

beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ clock, environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
  const own = createOwnFactors(provider, clock);
  codeNow = await own.authenticator(provider.citizens[1]?.id ?? '');
  usePasskey = await own.passkey(provider.citizens[2]?.id ?? '');
}, 60_000);
afterAll(async () => {
  await provider.close();
  await outside.close();
});
beforeEach(async () => {
  clock.advance(2 * MINUTE);
  await provider.services.signingKeys.refresh();
});

const stayAt = () => ({ stayAt: provider.issuer });
const who = (citizen: number) => ({
  national_code: provider.citizens[citizen]?.nationalCode ?? '',
  password: provider.password,
});
const isIn = ({ leadsTo, url }: Page) => leadsTo?.includes('code=') === true || url.includes('/consent/');
const open = async (browser: Browser, extra: Record<string, string> = {}) =>
  browser.open((await university.begin(extra)).url, stayAt());
/** The password was right, and the code of the app is asked for. */
async function halfway(browser = createBrowser()) {
  const first = await open(browser);
  await browser.submit(first, who(1), stayAt());
  return { browser, base: first.url, step: await browser.open(`${first.url}/authenticator`, stayAt()) };
}
/** As a form on a page of ours would post it, to an address of choice. */
const postTo = (browser: Browser, page: Page, address: string, fields: Record<string, string>) =>
  browser.submit(
    { ...page, text: page.text.replace(/action="[^"]*"/g, `action="${new URL(address).pathname}"`) },
    fields,
    stayAt(),
  );

const STEPS = ['second-factor', 'sms', 'authenticator', 'recovery-code', 'new-password', 'password', 'unmet'];
const ANSWERS: Record<string, Record<string, string>> = {
  'sms/send': {},
  sms: { code: '000000', remember: 'yes' },
  authenticator: { code: '000000' },
  'recovery-code': { code: '00000000000000000000' },
  'new-password': { password: 'three unrelated words 4' },
  password: { password: 'open-the-window' },
  passkey: { response: '{}' },
  unmet: {},
};

describe('a step out of its turn', () => {
  test.each(STEPS)('%s leads back to where the sign-in stands', async (step) => {
    const browser = createBrowser();
    const first = await open(browser);
    expect(stepOf(await browser.open(`${first.url}/${step}`, stayAt()))).toBe('sign-in');
    const { browser: later, base } = await halfway();
    const landed = stepOf(await later.open(`${base}/${step}`, stayAt()));
    expect(['second-factor', 'sms', 'authenticator']).toContain(landed);
  });

  test.each(Object.entries(ANSWERS))('an answer to %s before anybody is known does nothing', async (step, fields) => {
    const browser = createBrowser();
    const first = await open(browser);
    const answer = await postTo(browser, first, `${first.url}/${step}`, fields);
    expect(isIn(answer)).toBe(false);
    expect(stepOf(answer)).toBe('sign-in');
    expect(outside.messagesTo('+989990000001')).toEqual([]);
  });

  test('choosing a new password, where none has to be chosen, changes none', async () => {
    const { browser, base, step } = await halfway();
    const answer = await postTo(browser, step, `${base}/new-password`, { password: 'three unrelated words 4' });
    expect(isIn(answer)).toBe(false);
    expect(stepOf(await browser.submit(await open(createBrowser()), {}, stayAt()).catch(() => answer))).toBeDefined();
    const again = createBrowser();
    expect(stepOf(await again.submit(await open(again), who(1), stayAt()))).toBe('second-factor');
  });
});

describe('fields that no form has', () => {
  const TAMPERED = {
    citizenId: 'somebody-else',
    proofs: '[{"method":"hardware-passkey","at":9999999999999}]',
    progress: '{"citizenId":"x"}',
    shared: 'no',
    codeSent: 'yes',
    acr: 'phrh',
    amr: 'hwk',
    login: '1',
    phone_number: '+989990000009',
    phone_number_verified: 'true',
    identity_level: 'registry-and-phone-matched',
    identityLevel: 'registry-and-phone-matched',
    state: 'active',
    verified_claims: '{}',
  };

  test('raise nothing, and set nothing that was verified', async () => {
    const { citizens } = provider.services.people;
    const id = provider.citizens[0]?.id ?? '';
    const before = await citizens.findById(id);
    const browser = createBrowser();
    const { url, finish } = await university.begin({
      claims: '{"id_token":{"acr":{"essential":true,"values":["urn:panjereh:aal:2"]}}}',
    });
    const first = await browser.open(url, stayAt());
    const sms = await browser.submit(first, { ...who(0), ...TAMPERED }, stayAt());
    expect(stepOf(sms)).toBe('sms');
    const asked = await submitTo(browser, sms, { path: '/sms/send', fields: TAMPERED, stayAt: provider.issuer });
    expect(outside.messagesTo('+989990000009')).toEqual([]);
    const code = outside.codeFor('+989990000001');
    const consent = await submitTo(browser, asked, {
      path: '/sms',
      fields: { ...TAMPERED, code },
      stayAt: provider.issuer,
    });
    const answer = await browser.submit(consent, { decision: 'allow', ...TAMPERED }, stayAt());
    const tokens = await finish(new URL(answer.leadsTo ?? ''));
    expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:aal:2', amr: ['pwd', 'sms', 'mfa'] });
    expect(await citizens.findById(id)).toEqual({ ...before, language: 'en' });
  });

  test('the form of one way is no answer to another: a code of the app is none by SMS', async () => {
    const { browser, base } = await halfway();
    const sms = await browser.open(`${base}/sms`, stayAt());
    const answer = await postTo(browser, sms, `${base}/sms`, { code: codeNow() });
    expect(isIn(answer)).toBe(false);
  });

  test('a passkey answer for one sign-in is worth nothing in another, and nothing twice', async () => {
    const [one, two] = [createBrowser(), createBrowser()];
    const [first, second] = [await open(one), await open(two)];
    const response = usePasskey(first);
    const post = (browser: Browser, page: Page) =>
      submitTo(browser, page, { path: '/passkey', fields: { response }, stayAt: provider.issuer });
    expect(isIn(await post(two, second))).toBe(false);
    expect(isIn(await post(one, first))).toBe(true);
    const third = createBrowser();
    expect(isIn(await post(third, await open(third)))).toBe(false);
  });
});

describe('another browser', () => {
  const copy = (from: Browser, to: Browser, names: (name: string) => boolean) =>
    to.cookies.push(...structuredClone(from.cookies.filter(({ name }) => names(name))));

  test('that knows the cookies of the step goes on from none of what was proven; control: with all cookies it does', async () => {
    const { browser, base } = await halfway();
    const thief = createBrowser();
    copy(browser, thief, (name) => name.startsWith('panjereh_step') || name.startsWith('panjereh_resume'));
    expect(stepOf(await thief.open(`${base}/authenticator`, stayAt()))).toBe('sign-in');
    const twin = createBrowser();
    copy(browser, twin, () => true);
    expect(stepOf(await twin.open(`${base}/authenticator`, stayAt()))).toBe('authenticator');
  });

  test('that planted its own step in a victim gets nothing of what the victim proves in it', async () => {
    const [attacker, victim] = [createBrowser(), createBrowser()];
    const prepared = await open(attacker);
    // As a neighbouring host name could: cookies with a path cannot have the prefix that forbids it.
    copy(attacker, victim, () => true);
    const handed = await victim.submit(prepared, who(0), { stayAt: 'nowhere' });
    expect(handed.leadsTo).toContain('/auth/');
    const stolen = await attacker.open(handed.leadsTo ?? '', stayAt());
    expect(isIn(stolen)).toBe(false);
    expect(new URL(stolen.leadsTo ?? '').searchParams.get('error')).toBe('invalid_request');
    expect(stepOf(await open(attacker))).toBe('sign-in');
  });

  test('each rise gives the session another value, and the one from before does not rise with it', async () => {
    const browser = createBrowser();
    const begun = await university.begin();
    const consent = await browser.submit(await browser.open(begun.url, stayAt()), who(3), stayAt());
    await browser.submit(consent, { decision: 'allow' }, stayAt());
    const before = createBrowser();
    copy(browser, before, () => true);
    const raise = await open(browser, { acr_values: 'urn:panjereh:aal:2' });
    const asked = await submitTo(browser, raise, { path: '/sms/send', stayAt: provider.issuer });
    const code = outside.codeFor('+989990000004');
    expect(isIn(await submitTo(browser, asked, { path: '/sms', fields: { code }, stayAt: provider.issuer }))).toBe(
      true,
    );
    const silently = { prompt: 'none', acr_values: 'urn:panjereh:aal:2' };
    expect(isIn(await open(browser, silently))).toBe(true);
    expect(isIn(await open(before, silently))).toBe(false);
  });
});

describe('another site', () => {
  test.each(Object.entries({ '': {}, 'puzzle-code': {}, ...ANSWERS }))('cannot post to /%s', async (step, fields) => {
    const { browser, base, step: page } = await halfway();
    const address = step === '' ? base : `${base}/${step}`;
    const attempt = (more: { headers?: Record<string, string>; csrf?: string }) =>
      browser.submit(
        { ...page, text: page.text.replace(/action="[^"]*"/g, `action="${new URL(address).pathname}"`) },
        { ...who(0), ...fields, ...(more.csrf === undefined ? {} : { csrf: more.csrf }) },
        { ...stayAt(), ...(more.headers === undefined ? {} : { headers: more.headers }) },
      );
    expect(readForms(page.text)[0]?.hidden.map(([name]) => name)).toContain('csrf');
    expect((await attempt({ headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await attempt({ headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await attempt({ csrf: 'x'.repeat(43) })).status).toBe(403);
    // Control: the same from our own page is looked at.
    expect((await attempt({})).status).not.toBe(403);
  });
});

test('a browser keeps its mark for a day from the last step, so that no sign-in falls apart between two', async () => {
  const { browser, step } = await halfway();
  const mark = browser.cookies.find(({ name }) => name.endsWith('panjereh_browser'));
  const before = { ...mark, attributes: 'until some time ago' };
  Object.assign(mark ?? {}, before);
  expect(isIn(await browser.submit(step, { code: codeNow() }, stayAt()))).toBe(true);
  const after = browser.cookies.find(({ name }) => name === before.name);
  expect(after?.value).toBe(before.value);
  const until = Date.parse(/expires=([^;]+)/i.exec(after?.attributes ?? '')?.[1] ?? '');
  expect(until - systemClock.now()).toBeGreaterThan(23 * HOUR);
});
