import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page, readForms } from '#tests/support/browser.ts';
import {
  GHOLAMREZA,
  identityFields,
  MARYAM,
  NAVID,
  NEW_PASSWORD,
  phoneOf,
  SINA,
  walkEnrolment,
} from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, issueRecoveryCodes, registryRecordOf } from '#tests/support/recovery.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/**
 * Another site posts the forms of enrolment and recovery from the citizen's browser (CVE-2026-15571). On every page of
 * an honest walk each form is forged in every way first; that the walk goes on by the same forms is the control.
 */
let outside: OutsideServices;
let provider: TestProvider;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

type Forgery = {
  fields?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  isWithoutCookie?: true;
};

const attacked = new Set<string>();

/** A token of the attacker's own browser, which is real and of no use. */
async function foreignToken(): Promise<string> {
  const { text } = await createBrowser().open(`${provider.issuer}/enrol`);
  const token = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  expect(token).toMatch(/^[\w-]{43}$/);
  return token;
}

/** Each way to post each form of the page from elsewhere; all of them are refused before anything is looked at. */
async function forge(browser: Browser, { text, ...rest }: Page): Promise<void> {
  // Honest walks leave out what needs script.
  const page = { ...rest, text: text.replaceAll(' id="passkey-form"', '') };
  const forgeries: Record<string, Forgery> = {
    'no token': { fields: { csrf: undefined } },
    'an empty token': { fields: { csrf: '' } },
    'a token of the right length': { fields: { csrf: 'A'.repeat(43) } },
    "the attacker's own token": { fields: { csrf: await foreignToken() } },
    'no cookie': { isWithoutCookie: true },
    'a page of another site': { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
    'a page of a neighbouring host': { headers: { 'sec-fetch-site': 'same-site' } },
    'an old browser on another site': { headers: { 'sec-fetch-site': '', origin: 'https://evil.example' } },
  };
  for (const [index, { action }] of readForms(page.text).entries()) {
    attacked.add(action.replace(/\/sign-in\/[^/]+/, '/sign-in/…'));
    for (const [name, { fields = {}, headers = {}, isWithoutCookie }] of Object.entries(forgeries)) {
      const kept = structuredClone(browser.cookies);
      if (isWithoutCookie) remove(browser, 'panjereh_form');
      const { status } = await browser.submit(page, fields, { stayAt: 'nowhere', form: index, headers });
      browser.cookies.splice(0, browser.cookies.length, ...kept);
      expect([action, name, status]).toEqual([action, name, 403]);
    }
  }
}

function remove({ cookies }: Browser, name: string): void {
  const index = cookies.findIndex((cookie) => cookie.name === name);
  if (index >= 0) cookies.splice(index, 1);
}

const stayAt = () => ({ stayAt: provider.issuer });

describe('every form is refused when another site posts it, and works when our own page does:', () => {
  test('enrolment, out of a sign-in', async () => {
    const university = await createRelyingParty(provider, { clientId: 'university' });
    const browser = createBrowser();
    const signIn = await browser.open((await university.begin()).url, stayAt());
    const walk = { browser, outside, issuer: provider.issuer, who: NAVID, startAt: `${signIn.url}/enrol` };
    const done = await walkEnrolment({ ...walk, between: (page) => forge(browser, page) });
    await forge(browser, done);
    expect((await browser.submit(done, {}, stayAt())).url).toContain('/consent/');
  }, 60_000);

  test("enrolment by itself, with somebody else's number", async () => {
    const browser = createBrowser();
    await forge(browser, await browser.open(`${provider.issuer}/enrol`));
    const phone = await walkEnrolment({ browser, outside, issuer: provider.issuer, who: SINA, until: 'phone' });
    const owner = await browser.submit(phone, { phone: phoneOf(MARYAM) }, stayAt());
    await forge(browser, owner);
    const code = await browser.submit(owner, { owner_national_code: MARYAM.nationalCode }, stayAt());
    expect(code.url).toContain('/enrol/code');
  });

  test('enrolment that waits, and is given up', async () => {
    await outside.spoil('civil-registry', { mode: 'outage' });
    const browser = createBrowser();
    const walk = { browser, outside, issuer: provider.issuer, who: GHOLAMREZA };
    const identity = await walkEnrolment({ ...walk, until: 'identity' });
    const waiting = await browser.submit(identity, identityFields(GHOLAMREZA), stayAt());
    await forge(browser, waiting);
    const cancel = readForms(waiting.text).findIndex(({ action }) => action === '/enrol/cancel');
    expect((await browser.submit(waiting, {}, { ...stayAt(), form: cancel })).url).toContain('/enrol/ended');
    await outside.spoil('civil-registry', {});
  }, 60_000);

  test('the three ways back', async () => {
    const citizen = (index: number) => provider.citizens[index] ?? { id: '', nationalCode: '' };
    const record = (index: number) => registryRecordOf(citizen(index));
    const browser = createBrowser();
    const go = async (page: Page, fields: Record<string, string>) => {
      await forge(browser, page);
      return browser.submit(page, fields, stayAt());
    };

    await forge(browser, await browser.open(`${provider.issuer}/recover`));
    let page = await go(await beginRecovery(browser, provider.issuer, 'forgotten-password'), identityFields(record(0)));
    await expect.poll(() => outside.codesTo(phoneOf(record(0))).length).toBe(1);
    page = await go(page, { code: outside.codeFor(phoneOf(record(0))) });
    expect((await go(page, { password: NEW_PASSWORD })).url).toContain('/recover/done');

    const [spare = ''] = await issueRecoveryCodes(provider, citizen(1).id);
    page = await go(await beginRecovery(browser, provider.issuer, 'lost-phone'), {
      national_code: record(1).nationalCode,
      password: provider.password,
    });
    const guesser = createBrowser();
    let guess = await beginRecovery(guesser, provider.issuer, 'lost-phone');
    for (let tries = 0; tries < 3; tries += 1)
      guess = await guesser.submit(guess, { national_code: record(3).nationalCode, password: 'wrong' }, stayAt());
    await forge(guesser, guess);
    page = await go(page, { recovery_code: spare });
    page = await go(page, { phone: phoneOf(record(1)) });
    expect((await go(page, { code: outside.codeFor(phoneOf(record(1))) })).url).toContain('/recover/done');

    page = await go(await beginRecovery(browser, provider.issuer, 'lost-everything'), identityFields(record(2)));
    page = await go(page, { phone: phoneOf(record(2)) });
    page = await go(page, { code: outside.codeFor(phoneOf(record(2))) });
    expect(page.url).toContain('/recover/waiting');
    expect((await go(page, {})).url).toContain('/recover/ended');
    const question = await browser.open(`${provider.issuer}/recover/stop`);
    expect((await go(question, { code: '000000000000' })).status).toBe(422);
  }, 60_000);

  test('none was left out: every post of both rooms was attacked', () => {
    expect([...attacked].sort()).toEqual(postsOf().sort());
  });
});

/** What the tables of routes say, with the token of a sign-in left out. */
function postsOf(): string[] {
  const posts = ['enrolment', 'recovery'].flatMap((room) => {
    const text = readFileSync(new URL(`../../src/${room}/routes.ts`, import.meta.url), 'utf8');
    return [...text.matchAll(/\.post\('([^']+)'/g)].map(([, path = '']) => path);
  });
  return posts.map((path) => path.replace('/sign-in/:uid', '/sign-in/…'));
}
