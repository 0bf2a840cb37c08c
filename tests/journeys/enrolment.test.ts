import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNationalCode } from '#citizens/national-code.ts';
import { DAY, MINUTE } from '#platform/durations.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import {
  formTo,
  GHOLAMREZA,
  identityFields,
  KIAN,
  MARYAM,
  NAVID,
  NEW_PASSWORD,
  PARISA,
  phoneOf,
  SINA,
  walkEnrolment,
  wordsOf,
  YALDA,
} from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

describe.each(['embedded', 'real'] as const)('an enrolment on %s stores', (stores) => {
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
  const walk = (options: Partial<Parameters<typeof walkEnrolment>[0]> & { who: typeof PARISA }) =>
    walkEnrolment({ browser: createBrowser(), outside, issuer: provider.issuer, ...options });

  test('begun out of a sign-in leads back to the university that asked, signed in by password and code', async () => {
    const browser = createBrowser();
    const { url, finish } = await university.begin();
    const signIn = await browser.open(url, stayAt());
    const start = /href="(\/sign-in\/[^"]+\/enrol)"/.exec(signIn.text)?.[1];
    expect(start).toBe(`${new URL(signIn.url).pathname}/enrol`);
    const done = await walk({ who: PARISA, browser, startAt: `${signIn.url}/enrol` });
    expect(new URL(done.url).pathname).toMatch(/^\/sign-in\/[^/]+\/enrolled$/);
    expect(wordsOf(done)).toContain('Service university');
    const consent = await browser.submit(done, {}, stayAt());
    expect(consent.url).toContain('/consent/');
    const answer = await browser.submit(consent, { decision: 'allow' }, stayAt());
    const tokens = await finish(new URL(answer.leadsTo ?? ''));
    expect(tokens.claims()).toMatchObject({ acr: 'urn:panjereh:aal:2', amr: expect.arrayContaining(['pwd', 'sms']) });

    const silent = await university.begin({ prompt: 'none' });
    expect((await browser.open(silent.url, stayAt())).leadsTo).toContain('code=');
  });

  test('by itself ends at the window, with an account that signs in', async () => {
    const done = await walk({ who: NAVID });
    expect(new URL(done.url).pathname).toBe('/enrol/done');
    expect(wordsOf(done)).toContain('verified with the civil registry, and the phone number is in your name');
    const browser = createBrowser();
    const { url } = await university.begin();
    const page = await browser.open(url, stayAt());
    const fields = { national_code: NAVID.nationalCode, password: NEW_PASSWORD };
    expect((await browser.submit(page, fields, stayAt())).url).toContain('/consent/');
  });

  test('an account that was closed and opened again has its subject of before at each organisation', async () => {
    const college = await createRelyingParty(provider, { clientId: 'college' });
    const { citizens, closedAccounts } = provider.services.people;
    const nationalCode = readNationalCode(MARYAM.nationalCode);
    if (nationalCode === undefined) throw new Error('the test needs a national code');
    const subjects: string[][] = [];
    for (const _ of ['opened', 'opened again']) {
      await walk({ who: MARYAM });
      const browser = createBrowser();
      const names = { national_code: MARYAM.nationalCode, password: NEW_PASSWORD };
      subjects.push([]);
      for (const { begin } of [university, college]) {
        const { url, finish } = await begin();
        let page = await browser.open(url, stayAt());
        if (page.url.includes('/sign-in/')) page = await browser.submit(page, names, stayAt());
        if (page.url.includes('/consent/')) page = await browser.submit(page, { decision: 'allow' }, stayAt());
        subjects.at(-1)?.push((await finish(new URL(page.leadsTo ?? ''))).claims()?.sub ?? '');
      }
      await closedAccounts.close((await citizens.findByNationalCode(nationalCode))?.id ?? '', 'asked-for');
      clock.advance(DAY);
      await provider.services.signingKeys.refresh();
      await provider.services.changeFeed.poll();
    }
    const [before, after] = subjects;
    expect(after).toEqual(before);
    expect(new Set(before).size, 'control: another at another organisation').toBe(2);
  });

  test("somebody else's number takes the owner's national code, the owner's code, and gives a lower level", async () => {
    const browser = createBrowser();
    const phonePage = await walk({ who: SINA, browser, until: 'phone' });
    const owner = await browser.submit(phonePage, { phone: phoneOf(MARYAM) }, stayAt());
    expect(new URL(owner.url).pathname).toBe('/enrol/phone-owner');
    const wrong = await browser.submit(owner, { owner_national_code: KIAN.nationalCode }, stayAt());
    expect([wrong.status, wordsOf(wrong)]).toEqual([422, expect.stringContaining('not registered to the owner')]);
    const own = await browser.submit(owner, { owner_national_code: SINA.nationalCode }, stayAt());
    expect(wordsOf(own)).toContain('This is your own national code');
    const code = await browser.submit(owner, { owner_national_code: MARYAM.nationalCode }, stayAt());
    expect(wordsOf(code)).toContain('Ask the number’s owner for the code');
    let page = await browser.submit(code, { code: outside.codeFor(phoneOf(MARYAM)) }, stayAt());
    page = await browser.submit(page, { password: NEW_PASSWORD }, stayAt());
    page = await browser.submit(page, {}, { ...stayAt(), form: formTo(page, '/enrol/passkey/skip') });
    page = await browser.submit(await browser.submit(page, {}, stayAt()), {}, stayAt());
    expect(wordsOf(page)).toContain('the phone number is in somebody else’s name');
  });

  test('a birth date is read in Persian digits, on a leap day, and a national code with its zeros lost', async () => {
    const browser = createBrowser({ language: 'fa' });
    const identity = await walk({ who: YALDA, browser, until: 'identity' });
    const typed = { national_code: '۹۹۶۰۱۷۸۳۲۳', birth_day: '۳۰', birth_month: '١٢', birth_year: '1379' };
    expect(new URL((await browser.submit(identity, typed, stayAt())).url).pathname).toBe('/enrol/phone');
  });

  describe('a refusal says what to do and loses nothing:', () => {
    const atIdentity = async () => {
      const browser = createBrowser();
      const page = await walk({ who: KIAN, browser, until: 'identity' });
      return (fields: Record<string, string>): Promise<Page> => browser.submit(page, fields, stayAt());
    };

    test('what was left out or cannot be', async () => {
      const send = await atIdentity();
      const empty = await send({ national_code: '', birth_day: '', birth_month: '', birth_year: '' });
      expect(empty.status).toBe(422);
      expect(wordsOf(empty)).toContain('Enter your national code');
      expect(wordsOf(empty)).toContain('Enter the day, month and year of your birth');
      const impossible = await send({ ...identityFields(KIAN), birth_month: '13' });
      expect(wordsOf(impossible)).toContain('There is no such day in the solar calendar');
      expect(impossible.text).toContain(`value="${KIAN.nationalCode}"`);
    });

    test('a birth date that the registry does not know', async () => {
      const send = await atIdentity();
      const page = await send({ ...identityFields(KIAN), birth_month: '5' });
      expect(page.status).toBe(422);
      expect(wordsOf(page)).toContain('civil registry does not know this national code with this date of birth');
      expect(wordsOf(page)).toContain('take a proof of identity to the nearest office');
    });

    test('a person recorded as deceased', async () => {
      const send = await atIdentity();
      const page = await send(identityFields(GHOLAMREZA));
      expect(new URL(page.url).pathname).toBe('/enrol/ended');
      expect(wordsOf(page)).toContain('the civil registry has to correct it');
    });

    test('a wrong code, and then the right one', async () => {
      const browser = createBrowser();
      const code = await walk({ who: KIAN, browser, until: 'code' });
      const right = outside.codeFor(phoneOf(KIAN));
      const wrong = await browser.submit(code, { code: right === '111111' ? '222222' : '111111' }, stayAt());
      expect([wrong.status, wordsOf(wrong)]).toEqual([422, expect.stringContaining('tries left: 4')]);
      const soon = await browser.submit(wrong, {}, { ...stayAt(), form: formTo(wrong, '/enrol/code/again') });
      expect([soon.status, wordsOf(soon)]).toEqual([429, expect.stringContaining('Wait')]);
      const next = await browser.submit(soon, { code: right }, stayAt());
      expect(new URL(next.url).pathname).toBe('/enrol/password');

      for (const [password, words] of [
        ['12345678', 'most common'],
        ['short', 'at least 8 characters'],
        [KIAN.nationalCode, 'made from your own details'],
        ['x'.repeat(129), 'longer than 128 characters'],
      ] as const) {
        const refused = await browser.submit(next, { password }, stayAt());
        expect([password, refused.status, wordsOf(refused)]).toEqual([password, 422, expect.stringContaining(words)]);
        expect(refused.text).not.toContain(`value="${password}"`);
      }
    });
  });

  test('what was begun goes on in the same browser, and in no other', async () => {
    const browser = createBrowser();
    await walk({ who: KIAN, browser, until: 'phone' });
    expect(wordsOf(await browser.open(`${provider.issuer}/enrol`))).toContain(
      'You have begun an account on this device',
    );
    expect(new URL((await browser.open(`${provider.issuer}/enrol/code`)).url).pathname).toBe('/enrol/phone');
    const other = await createBrowser().open(`${provider.issuer}/enrol/phone`);
    expect(new URL(other.url).pathname).toBe('/enrol/gone');
    const anew = await browser.open(`${provider.issuer}/enrol`);
    expect(new URL((await browser.submit(anew, {}, stayAt())).url).pathname).toBe('/enrol/identity');
  });

  test('after a day what was begun is gone', async () => {
    const browser = createBrowser();
    await walk({ who: KIAN, browser, until: 'phone' });
    clock.advance(DAY - MINUTE);
    expect(new URL((await browser.open(`${provider.issuer}/enrol/phone`)).url).pathname).toBe('/enrol/phone');
    clock.advance(2 * MINUTE);
    const gone = await browser.open(`${provider.issuer}/enrol/phone`);
    expect(wordsOf(gone)).toContain('What you entered is kept for one day');
  });

  test('every address of a form can be opened too, and switches the language of the page that posts there', async () => {
    const browser = createBrowser();
    const posts = ['enrolment', 'recovery'].flatMap((room) => {
      const text = readFileSync(new URL(`../../src/${room}/routes.ts`, import.meta.url), 'utf8');
      return [...text.matchAll(/\.post\('(\/(?:enrol|recover)[^']*)'/g)].map(([, path = '']) => path);
    });
    expect(posts.length).toBeGreaterThan(20);
    for (const path of posts) {
      const page = await browser.open(`${provider.issuer}${path}?ui_locales=fa`);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.text).toContain('<html lang="fa"');
    }
    const code = await walk({ who: KIAN, browser, until: 'code' });
    const again = `${code.url}/again?ui_locales=en`;
    expect(wordsOf(await browser.open(again))).toContain('Enter the code we sent you');
  });
});
