import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '#platform/durations.ts';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { identityFields, KIAN, NAVID, phoneOf, walkEnrolment } from '#tests/support/enrolment.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { beginRecovery, issueRecoveryCodes, type Kind, registryRecordOf } from '#tests/support/recovery.ts';

/**
 * A password or a number that is set without its proof, over HTTP (Keycloak CVE-2026-18963): from every place before the
 * proof, the form of the last step is posted as if the proof had been given.
 */
const clock = createFakeClock();
const EVIL = 'a password of the attacker';
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

const stayAt = () => ({ stayAt: provider.issuer });
const pathOf = (page: Page) => new URL(page.url).pathname;
const citizen = (index: number) => {
  const found = provider.citizens[index];
  if (found === undefined) throw new Error(`there is no demo citizen ${index}`);
  return { ...found, record: registryRecordOf(found) };
};

/** The page's own token, sent to another form of ours with what that one asks for. */
function post(browser: Browser, page: Page, action: string, fields: Record<string, string>): Promise<Page> {
  const [first = ''] = /action="[^"]*"/.exec(page.text) ?? [];
  return browser.submit({ ...page, text: page.text.replace(first, `action="${action}"`) }, fields, stayAt());
}

/** Everything that could be set by it. */
async function stateOf(citizenId: string) {
  const { people } = provider.services;
  return {
    hash: await people.citizens.passwordHashOf(citizenId),
    phone: (await people.citizens.findById(citizenId))?.phone,
    factors: await people.factorsOf(citizenId),
  };
}

const LAST_STEPS: readonly [string, Record<string, string>][] = [
  ['/recover/password', { password: EVIL }],
  ['/recover/phone', { phone: phoneOf(KIAN) }],
  ['/recover/phone-code', { code: '000000' }],
  ['/recover/second-proof', { recovery_code: 'AAAA-AAAA-AAAA' }],
  ['/recover/second-proof/passkey', { response: '{}' }],
];

describe('from a place before the proof, no post sets anything:', () => {
  const places: readonly [string, Kind, (browser: Browser, page: Page) => Promise<Page>][] = [
    ['the first page of a forgotten password', 'forgotten-password', async (_browser, page) => page],
    [
      'a code that was not entered',
      'forgotten-password',
      (browser, page) => browser.submit(page, identityFields(citizen(0).record), stayAt()),
    ],
    [
      'a wrong code',
      'forgotten-password',
      async (browser, page) => {
        const code = await browser.submit(page, identityFields(citizen(0).record), stayAt());
        return browser.submit(code, { code: '000000' }, stayAt());
      },
    ],
    ['the first page of a lost phone', 'lost-phone', async (_browser, page) => page],
    [
      'a password alone',
      'lost-phone',
      (browser, page) =>
        browser.submit(page, { national_code: citizen(0).nationalCode, password: provider.password }, stayAt()),
    ],
    ['the first page of a loss of everything', 'lost-everything', async (_browser, page) => page],
    [
      'an identity alone',
      'lost-everything',
      (browser, page) => browser.submit(page, identityFields(citizen(0).record), stayAt()),
    ],
  ];

  test.each(places)('%s', async (_what, kind, comeTo) => {
    const { id } = citizen(0);
    const before = await stateOf(id);
    const browser = createBrowser();
    const page = await comeTo(browser, await beginRecovery(browser, provider.issuer, kind));
    const standsAt = pathOf(page);
    for (const [action, fields] of LAST_STEPS.filter(([path]) => path !== standsAt)) {
      const answer = await post(browser, page, action, fields);
      expect([action, pathOf(answer) === '/recover/done']).toEqual([action, false]);
      // A refused passkey is shown under its own address, on the same page.
      expect([action, pathOf(answer).replace(/\/passkey$/, '')]).toEqual([action, standsAt]);
    }
    expect(await stateOf(id)).toEqual(before);
  });

  test('the control: with the proof the same post sets the password, once', async () => {
    const { id, record } = citizen(1);
    const before = await stateOf(id);
    const browser = createBrowser();
    let page = await beginRecovery(browser, provider.issuer, 'forgotten-password');
    page = await browser.submit(page, identityFields(record), stayAt());
    await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBe(1);
    const code = outside.codeFor(phoneOf(record));
    const password = await browser.submit(page, { code }, stayAt());
    expect(pathOf(await post(browser, password, '/recover/password', { password: 'رمز تازه و بلند ۹۱' }))).toBe(
      '/recover/done',
    );
    const after = await stateOf(id);
    expect(after.hash).not.toBe(before.hash);

    // Neither the page nor the code nor the browser is of use a second time.
    expect(pathOf(await browser.submit(password, { password: EVIL }, stayAt()))).toBe('/recover/done');
    const other = createBrowser();
    let replay = await beginRecovery(other, provider.issuer, 'forgotten-password');
    replay = await other.submit(replay, identityFields(record), stayAt());
    expect((await other.submit(replay, { code }, stayAt())).status).toBe(422);
    expect(await stateOf(id)).toEqual(after);
  });
});

test('a proof of one browser is none in another, and one of the first way is none in the others', async () => {
  const { id, record } = citizen(2);
  const before = await stateOf(id);
  const [owner, attacker] = [createBrowser(), createBrowser()];
  const page = await beginRecovery(owner, provider.issuer, 'forgotten-password');
  await owner.submit(page, identityFields(record), stayAt());
  await expect.poll(() => outside.codesTo(phoneOf(record)).length).toBe(1);
  const code = outside.codeFor(phoneOf(record));
  let theirs = await beginRecovery(attacker, provider.issuer, 'forgotten-password');
  theirs = await attacker.submit(theirs, identityFields(record), stayAt());
  expect((await attacker.submit(theirs, { code }, stayAt())).status).toBe(422);

  const [spare = ''] = await issueRecoveryCodes(provider, id);
  const known = await beginRecovery(attacker, provider.issuer, 'lost-phone');
  const fields = { national_code: record.nationalCode, password: provider.password };
  const second = await attacker.submit(known, fields, stayAt());
  const phone = await attacker.submit(second, { recovery_code: spare }, stayAt());
  expect(pathOf(phone)).toBe('/recover/phone');
  expect(pathOf(await post(attacker, phone, '/recover/password', { password: EVIL }))).toBe('/recover/phone');
  const after = await stateOf(id);
  expect([after.hash, after.phone]).toEqual([before.hash, before.phone]);
});

test('an enrolment sets no password before its number is proven, and adds nothing when its half hour is over', async () => {
  const browser = createBrowser();
  for (const until of ['identity', 'phone', 'code'] as const) {
    const page = await walkEnrolment({ browser, outside, issuer: provider.issuer, who: NAVID, until });
    for (const [action, fields] of [
      ['/enrol/password', { password: EVIL }],
      ['/enrol/passkey', { response: '{}' }],
      ['/enrol/recovery-codes/show', {}],
      ['/enrol/recovery-codes', {}],
    ] as const)
      expect([until, action, pathOf(await post(browser, page, action, fields))]).toEqual([
        until,
        action,
        `/enrol/${until}`,
      ]);
  }
  const { citizens } = provider.services.people;
  const code = NAVID.nationalCode as Parameters<typeof citizens.findByNationalCode>[0];
  expect(await citizens.findByNationalCode(code)).toBeUndefined();

  const codes = await walkEnrolment({ browser, outside, issuer: provider.issuer, who: KIAN, until: 'recovery-codes' });
  clock.advance(DAY / 24);
  expect(pathOf(await browser.submit(codes, {}, stayAt()))).toBe('/enrol/gone');
  const saved = await citizens.findByNationalCode(KIAN.nationalCode as typeof code);
  expect((await provider.services.people.factorsOf(saved?.id ?? '')).recoveryCodesLeft).toBe(0);
});
