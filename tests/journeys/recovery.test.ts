import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { formTo, identityFields, NEW_PASSWORD, PARISA, phoneOf, wordsOf } from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, issueRecoveryCodes, type Kind, registryRecordOf } from '#tests/support/recovery.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

describe.each(['embedded', 'real'] as const)('the ways back into an account on %s stores', (stores) => {
  const clock = createFakeClock();
  let outside: OutsideServices;
  let provider: TestProvider;
  let university: TestRelyingParty;
  beforeAll(async () => {
    outside = await startOutsideServices();
    provider = await startProvider({ stores, clock, environment: outside.environment });
    university = await createRelyingParty(provider, { clientId: 'university' });
  });
  afterAll(async () => {
    await provider.close();
    await outside.close();
  });

  const stayAt = () => ({ stayAt: provider.issuer });
  const citizen = (index: number) => {
    const found = provider.citizens[index];
    if (found === undefined) throw new Error(`there is no demo citizen ${index}`);
    return { ...found, record: registryRecordOf(found) };
  };
  const pathOf = (page: Page) => new URL(page.url).pathname;
  const begin = (browser: Browser, kind: Kind) => beginRecovery(browser, provider.issuer, kind);

  async function signsIn(nationalCode: string, password: string): Promise<boolean> {
    const browser = createBrowser();
    const page = await browser.open((await university.begin()).url, stayAt());
    const answer = await browser.submit(page, { national_code: nationalCode, password }, stayAt());
    return answer.url.includes('/consent/') || answer.leadsTo?.includes('code=') === true;
  }

  test('a forgotten password: a code to the registered phone, a new password, and every session of before is gone', async () => {
    const { nationalCode, record } = citizen(0);
    const elsewhere = createBrowser();
    await university.signIn({ browser: elsewhere });
    const browser = createBrowser();
    const code = await browser.submit(await begin(browser, 'forgotten-password'), identityFields(record), stayAt());
    expect(pathOf(code)).toBe('/recover/code');
    await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBeGreaterThan(0);
    const wrong = await browser.submit(code, { code: '000000' }, stayAt());
    expect([wrong.status, wordsOf(wrong)]).toEqual([422, expect.stringContaining('This code is not right')]);
    const password = await browser.submit(wrong, { code: outside.codeFor(phoneOf(record)) }, stayAt());
    expect(pathOf(password)).toBe('/recover/password');
    const short = await browser.submit(password, { password: 'kurz' }, stayAt());
    expect(wordsOf(short)).toContain('at least 8 characters');
    const done = await browser.submit(short, { password: NEW_PASSWORD }, stayAt());
    expect(wordsOf(done)).toContain('The new password works from now on');

    expect(await signsIn(nationalCode, NEW_PASSWORD)).toBe(true);
    expect(await signsIn(nationalCode, provider.password)).toBe(false);
    const { url } = await university.begin({ prompt: 'none' });
    expect((await elsewhere.open(url, stayAt())).leadsTo).toContain('error=login_required');
  });

  test('it ends where it began: at the sign-in of the university that asked', async () => {
    const { record } = citizen(3);
    const browser = createBrowser();
    const signIn = await browser.open((await university.begin()).url, stayAt());
    const href = /href="(\/recover[^"]*)"/.exec(signIn.text)?.[1] ?? '';
    await browser.open(new URL(href, provider.issuer).href);
    let page = await browser.submit(await begin(browser, 'forgotten-password'), identityFields(record), stayAt());
    await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBeGreaterThan(0);
    page = await browser.submit(page, { code: outside.codeFor(phoneOf(record)) }, stayAt());
    page = await browser.submit(page, { password: NEW_PASSWORD }, stayAt());
    expect(page.text).toContain(`href="${new URL(signIn.url).pathname}"`);
  });

  test('a lost phone: password and a recovery code, and then the new number gets a code', async () => {
    const { id, record } = citizen(1);
    const [spare = '', another = ''] = await issueRecoveryCodes(provider, id);
    const browser = createBrowser();
    const known = await begin(browser, 'lost-phone');
    const wrong = await browser.submit(known, { national_code: record.nationalCode, password: 'wrong' }, stayAt());
    expect([wrong.status, wordsOf(wrong)]).toEqual([422, expect.stringContaining('is not right')]);
    const fields = { national_code: record.nationalCode, password: provider.password };
    const proof = await browser.submit(wrong, fields, stayAt());
    expect(pathOf(proof)).toBe('/recover/second-proof');
    const refused = await browser.submit(proof, { recovery_code: 'AAAA-AAAA-AAAA' }, stayAt());
    expect(refused.status).toBe(422);
    const phone = await browser.submit(refused, { recovery_code: spare }, stayAt());
    expect(pathOf(phone)).toBe('/recover/phone');
    const foreign = await browser.submit(phone, { phone: phoneOf(PARISA) }, stayAt());
    expect(wordsOf(foreign)).toContain('This number is not registered to your name');
    // The number of before may be given again: a new SIM card for the same number.
    const code = await browser.submit(foreign, { phone: phoneOf(record) }, stayAt());
    const done = await browser.submit(code, { code: outside.codeFor(phoneOf(record)) }, stayAt());
    expect(wordsOf(done)).toContain('The new number is used from now on');

    const again = createBrowser();
    const second = await again.submit(await begin(again, 'lost-phone'), fields, stayAt());
    const used = await again.submit(second, { recovery_code: spare }, stayAt());
    expect([used.status, wordsOf(used)]).toEqual([422, expect.stringContaining('was used before')]);
    expect(pathOf(await again.submit(used, { recovery_code: another }, stayAt()))).toBe('/recover/phone');
  });

  /** After a leap in time an instance answers 503 until it has read its keys again. */
  async function pass(milliseconds: number): Promise<void> {
    clock.advance(milliseconds);
    await expect.poll(async () => (await fetch(`${provider.issuer}/jwks`)).status, { timeout: 10_000 }).toBe(200);
  }

  async function loseEverything(browser: Browser, index: number): Promise<Page> {
    const { record } = citizen(index);
    let page = await browser.submit(await begin(browser, 'lost-everything'), identityFields(record), stayAt());
    page = await browser.submit(page, { phone: phoneOf(record) }, stayAt());
    return browser.submit(page, { code: outside.codeFor(phoneOf(record)) }, stayAt());
  }

  test('lost everything: identity again, a day of waiting, and then a new password', async () => {
    const { record } = citizen(2);
    const browser = createBrowser();
    const waiting = await loseEverything(browser, 2);
    expect(wordsOf(waiting)).toContain('You have to wait until tomorrow');
    await pass(24 * HOUR - MINUTE);
    const early = await browser.open(`${provider.issuer}/recover/password`);
    expect(pathOf(early)).toBe('/recover/waiting');
    await pass(2 * MINUTE);
    const password = await browser.open(`${provider.issuer}/recover/waiting`);
    expect(pathOf(password)).toBe('/recover/password');
    const done = await browser.submit(password, { password: NEW_PASSWORD }, stayAt());
    expect(wordsOf(done)).toContain('Recovery codes and passkeys from before no longer work');
    expect(await signsIn(record.nationalCode, NEW_PASSWORD)).toBe(true);
  });

  test('whoever has the old number stops it with the code of the message, without signing in, and not by opening the link', async () => {
    const { record } = citizen(3);
    const browser = createBrowser();
    await loseEverything(browser, 3);
    await expect
      .poll(() => outside.messagesTo(phoneOf(record)).join('\n'), { timeout: 10_000 })
      .toContain('/recover/stop');
    const link = /http\S+\/recover\/stop\?code=\d+/.exec(outside.messagesTo(phoneOf(record)).join('\n'))?.[0] ?? '';
    const owner = createBrowser();
    const question = await owner.open(link);
    expect(wordsOf(question)).toContain('Stop this request?');
    expect(pathOf(await browser.open(`${provider.issuer}/recover/waiting`))).toBe('/recover/waiting');
    const wrong = await owner.submit(question, { code: '000000000000' }, stayAt());
    expect([wrong.status, wordsOf(wrong)]).toEqual([422, expect.stringContaining('This code is not right')]);
    const stopped = await owner.submit(question, { code: new URL(link).searchParams.get('code') ?? '' }, stayAt());
    expect(wordsOf(stopped)).toContain('The request was stopped');
    await pass(25 * HOUR);
    const ended = await browser.open(`${provider.issuer}/recover/password`);
    expect(wordsOf(ended)).toContain('This request was stopped');
  });

  test('giving up, another browser, and nothing chosen', async () => {
    const browser = createBrowser();
    const nothing = await browser.submit(await browser.open(`${provider.issuer}/recover`), {}, stayAt());
    expect([nothing.status, wordsOf(nothing)]).toEqual([422, expect.stringContaining('Choose one of the three')]);
    const waiting = await loseEverything(browser, 1);
    expect(pathOf(await createBrowser().open(`${provider.issuer}/recover/waiting`))).toBe('/recover/gone');
    const ended = await browser.submit(waiting, {}, { ...stayAt(), form: formTo(waiting, '/recover/cancel') });
    expect(wordsOf(ended)).toContain('The account is as it was');
  });
});
