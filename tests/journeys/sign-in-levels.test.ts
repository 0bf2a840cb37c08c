import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { createOwnFactors } from '#tests/support/own-factors.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { createSignInSteps, peopleOf, stepOf } from '#tests/support/sign-in-steps.ts';

const [one, two, three] = ['urn:panjereh:aal:1', 'urn:panjereh:aal:2', 'urn:panjereh:aal:3'];
const essential = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });

describe.each(['embedded', 'real'] as const)('how strongly somebody signs in, on %s stores', (stores) => {
  const clock = createFakeClock();
  let outside: OutsideServices;
  let provider: TestProvider;
  let university: TestRelyingParty;
  let strict: TestRelyingParty;
  let own: ReturnType<typeof createOwnFactors>;
  let [plain, withApp, withPasskey, everything]: { id: string; nationalCode: string; phone: string }[] = [];
  let codeNow: () => string;
  let usePasskey: (page: Page) => string;
  let useSynced: (page: Page) => string;
  let recoveryCodes: string[];

  beforeAll(async () => {
    outside = await startOutsideServices();
    provider = await startProvider({ stores, clock, environment: outside.environment });
    university = await createRelyingParty(provider, { clientId: 'university' });
    strict = await createRelyingParty(provider, {
      clientId: 'strict',
      rest: { agreement: { claims: [], scopes: ['openid', 'profile'], leastAcr: two } },
    });
    own = createOwnFactors(provider, clock);
    [plain, withApp, withPasskey, everything] = peopleOf(provider);
    codeNow = await own.authenticator(withApp?.id ?? '');
    usePasskey = await own.passkey(withPasskey?.id ?? '');
    useSynced = await own.passkey(everything?.id ?? '', { isSyncable: true });
    recoveryCodes = await own.recoveryCodes(everything?.id ?? '');
  });
  afterAll(async () => {
    await provider.close();
    await outside.close();
  });
  // Codes of an app are used once, and messages are not sent one after another.
  beforeEach(() => pass(31 * MINUTE));

  const stayAt = () => provider.issuer;
  const { pass, begin, type, post, end, codeBySms } = createSignInSteps(() => ({
    provider,
    outside,
    university,
    clock,
    plain,
  }));

  test('a password alone is the first level, and is enough where nothing else is asked', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser);
    const claims = await end(browser, await type(browser, page), finish);
    expect(claims).toMatchObject({ acr: one, amr: ['pwd'] });
    expect(claims?.auth_time).toBe(clock.now() / 1000);
  });

  test('a password and a code by SMS are the second level, where it is asked for', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { acr_values: two ?? '' });
    const second = await type(browser, page);
    expect(stepOf(second)).toBe('sms');
    expect(second.text).toContain('0001');
    expect(await end(browser, await codeBySms(browser, second), finish)).toMatchObject({
      acr: two,
      amr: ['pwd', 'sms', 'mfa'],
    });
  });

  test('whoever has an app is asked for its code, though nobody else asks; a code counts once', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser);
    const choice = await type(browser, page, withApp);
    expect(stepOf(choice)).toBe('second-factor');
    const second = await browser.open(`${choice.url.replace(/second-factor$/, 'authenticator')}`, { stayAt: stayAt() });
    const code = codeNow();
    const wrong = await post(browser, second, '/authenticator', { code: code === '000000' ? '111111' : '000000' });
    expect(wrong.status).toBe(422);
    expect(await end(browser, await post(browser, wrong, '/authenticator', { code }), finish)).toMatchObject({
      acr: two,
      amr: ['pwd', 'otp', 'mfa'],
    });
    const again = createBrowser();
    const next = await begin(again);
    await type(again, next.page, withApp);
    const reused = await again.open(next.page.url.replace(/$/, '/authenticator'), { stayAt: stayAt() });
    const refused = await post(again, reused, '/authenticator', { code });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('used before');
  });

  test('a passkey alone signs in, from the first page and without a national code', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { claims: essential('phrh') });
    const claims = await end(browser, await post(browser, page, '/passkey', { response: usePasskey(page) }), finish);
    expect(claims).toMatchObject({ acr: 'phrh', amr: ['pop', 'hwk', 'user', 'mfa'] });
  });

  test('a passkey that can be copied is phishing-resistant, and no hardware key', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { acr_values: 'phr' });
    const claims = await end(browser, await post(browser, page, '/passkey', { response: useSynced(page) }), finish);
    expect(claims).toMatchObject({ acr: 'phr', amr: ['pop', 'user', 'mfa'] });
    const { page: more, finish: finishMore } = await begin(browser, { acr_values: `${one} phrh` });
    expect(await end(browser, more, finishMore)).toMatchObject({ acr: one });
  });

  test('a recovery code is a second step of last resort, once', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { acr_values: two ?? '' });
    const choice = await type(browser, page, everything);
    expect(stepOf(choice)).toBe('second-factor');
    const step = await browser.open(choice.url.replace(/second-factor$/, 'recovery-code'), { stayAt: stayAt() });
    const shown = await post(browser, step, '/recovery-code', { code: recoveryCodes[0] ?? '' });
    const claims = await end(browser, shown, finish);
    expect(claims).toMatchObject({ acr: two, amr: ['pwd', 'otp', 'mfa'] });
    const again = createBrowser();
    const next = await begin(again, { acr_values: two ?? '' });
    await type(again, next.page, everything);
    const page2 = await again.open(`${next.page.url}/recovery-code`, { stayAt: stayAt() });
    const refused = await post(again, page2, '/recovery-code', { code: recoveryCodes[0] ?? '' });
    expect(refused.status).toBe(422);
  });

  test('a remembered device is not asked for the second step again, until a level is asked for', async () => {
    const browser = createBrowser();
    const first = await begin(browser);
    await type(browser, first.page, withApp);
    const step = await browser.open(`${first.page.url}/authenticator`, { stayAt: stayAt() });
    await end(browser, await post(browser, step, '/authenticator', { code: codeNow(), remember: 'yes' }), first.finish);
    expect(browser.cookies.map(({ name }) => name)).toContain('panjereh_device');

    await pass(25 * HOUR);
    const later = await begin(browser);
    expect(await end(browser, await type(browser, later.page, withApp), later.finish)).toMatchObject({ acr: one });
    const asked = await begin(browser, { acr_values: two ?? '' });
    expect(stepOf(asked.page)).toBe('second-factor');
    const elsewhere = createBrowser();
    expect(stepOf(await type(elsewhere, (await begin(elsewhere)).page, withApp))).toBe('second-factor');
  });

  test('on a shared computer nothing is remembered, and the second step is asked for every time', async () => {
    const browser = createBrowser();
    const first = await begin(browser);
    await type(browser, first.page, withApp, { shared_computer: 'yes' });
    const step = await browser.open(`${first.page.url}/authenticator`, { stayAt: stayAt() });
    expect(step.text).not.toContain('name="remember"');
    await end(browser, await post(browser, step, '/authenticator', { code: codeNow(), remember: 'yes' }), first.finish);
    expect(browser.cookies.map(({ name }) => name).join()).not.toMatch(/panjereh_(?:remembered|device)/);
    await pass(61 * MINUTE);
    expect(stepOf(await type(browser, (await begin(browser)).page, withApp))).toBe('second-factor');
  });

  test('somebody signed in is asked for the missing factor alone, and the level is as old as its oldest part', async () => {
    const browser = createBrowser();
    const first = await begin(browser);
    await end(browser, await type(browser, first.page), first.finish);
    const typedAt = clock.now() / 1000;
    await pass(10 * MINUTE);

    const { page, finish } = await begin(browser, { claims: essential(two ?? '') });
    expect(stepOf(page)).toBe('sms');
    const raised = await end(browser, await codeBySms(browser, page), finish);
    expect(raised).toMatchObject({ acr: two, auth_time: typedAt });

    await pass(10 * MINUTE);
    const silent = await begin(browser, { prompt: 'none', acr_values: two ?? '' });
    expect(await end(browser, silent.page, silent.finish)).toMatchObject({ acr: two });
    const stale = await begin(browser, { acr_values: two ?? '', max_age: '900' });
    // The password is twenty minutes old and the code ten: only the password is asked for.
    expect(stepOf(stale.page)).toBe('password');
    expect(stale.page.text).not.toContain('name="national_code"');
    const renewed = await browser.submit(stale.page, { password: provider.password }, { stayAt: stayAt() });
    expect(await end(browser, renewed, stale.finish)).toMatchObject({ acr: two, auth_time: clock.now() / 1000 - 600 });
  });

  test('with prompt=none what is not reached is login_required, and what nobody reaches is unmet', async () => {
    const browser = createBrowser();
    const first = await begin(browser);
    await end(browser, await type(browser, first.page), first.finish);
    const errorFor = async (extra: Record<string, string>) =>
      new URL((await begin(browser, { prompt: 'none', ...extra })).page.leadsTo ?? '').searchParams.get('error');
    expect(await errorFor({ claims: essential(two ?? '') })).toBe('login_required');
    expect(await errorFor({ acr_values: two ?? '' })).toBe('login_required');
    await pass(5 * MINUTE);
    expect(await errorFor({ max_age: '60' })).toBe('login_required');
    expect(await errorFor({ claims: essential('urn:example:loa:9') })).toBe('unmet_authentication_requirements');
    expect(await errorFor({ acr_values: 'urn:example:loa:9' })).toBeNull();
  });

  test('a wish that this citizen cannot fulfil is answered lower, and says so; an essential one fails', async () => {
    const browser = createBrowser();
    const wish = await begin(browser, { acr_values: three ?? '' });
    expect(await end(browser, await type(browser, wish.page), wish.finish)).toMatchObject({ acr: one });
    const again = await begin(browser, { acr_values: three ?? '' });
    expect(await end(browser, again.page, again.finish)).toMatchObject({ acr: one });

    const must = await begin(browser, { claims: essential(three ?? '') });
    expect(stepOf(must.page)).toBe('unmet');
    const answer = await post(browser, must.page, '/unmet');
    expect(new URL(answer.leadsTo ?? '').searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  test('an agreement can demand a level of every sign-in, whatever the request says', async () => {
    const browser = createBrowser();
    const { page, finish } = await begin(browser, { acr_values: one ?? '' }, strict);
    const second = await type(browser, page);
    expect(stepOf(second)).toBe('sms');
    expect(await end(browser, await codeBySms(browser, second), finish)).toMatchObject({ acr: two });
  });

  test('prompt=login asks for everything anew, though it was proven a moment ago', async () => {
    const browser = createBrowser();
    const first = await begin(browser, { acr_values: two ?? '' });
    await end(browser, await codeBySms(browser, await type(browser, first.page)), first.finish);
    await pass(20 * MINUTE);
    const { page, finish } = await begin(browser, { acr_values: two ?? '', prompt: 'login' });
    expect(stepOf(page)).toBe('sign-in');
    const second = await type(browser, page);
    expect(stepOf(second)).toBe('sms');
    const claims = await end(browser, await codeBySms(browser, second), finish);
    expect(claims).toMatchObject({ acr: two, auth_time: clock.now() / 1000 });
  });

  test('whoever must choose a new password does so before anything else, after the second factor, and only once', async () => {
    const { citizens } = provider.services.people;
    const id = withPasskey?.id ?? '';
    await citizens.setState(id, 'must-change-password', 'test');
    const browser = createBrowser();
    const { page, finish } = await begin(browser);
    const choice = await type(browser, page, withPasskey);
    expect(stepOf(choice)).toBe('second-factor');
    const change = await post(browser, choice, '/passkey', { response: usePasskey(choice) });
    expect(stepOf(change)).toBe('new-password');
    const refused = await browser.submit(change, { password: provider.password.slice(0, 4) }, { stayAt: stayAt() });
    expect(refused.status).toBe(422);
    const done = await browser.submit(refused, { password: 'three unrelated words 4' }, { stayAt: stayAt() });
    expect(await end(browser, done, finish)).toMatchObject({ acr: three });
    expect((await citizens.findById(id))?.state).toBe('active');
  });
});
