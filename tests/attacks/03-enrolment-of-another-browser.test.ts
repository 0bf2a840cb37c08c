import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { KIAN, NAVID, PARISA, walkEnrolment, wordsOf, YALDA } from '#tests/support/enrolment.ts';
import { type OutsideServices, startOutsideServices } from '#tests/support/outside-services.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Two browsers: enrolments that one prepares, steals or plants for the other (Keycloak CVE-2026-7507). */
let outside: OutsideServices;
let provider: TestProvider;
let university: TestRelyingParty;
beforeAll(async () => {
  outside = await startOutsideServices();
  provider = await startProvider({ environment: outside.environment });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(async () => {
  await provider.close();
  await outside.close();
});

const COOKIE = 'panjereh_enrolment';
const stayAt = () => ({ stayAt: provider.issuer });
const pathOf = (page: Page) => new URL(page.url).pathname;
const secretOf = ({ cookies }: Browser) => cookies.find(({ name }) => name === COOKIE)?.value;
const walk = (options: Partial<Parameters<typeof walkEnrolment>[0]> & { browser: Browser; who: typeof KIAN }) =>
  walkEnrolment({ outside, issuer: provider.issuer, ...options });

function plant(browser: Browser, value: string | undefined): void {
  const { host } = new URL(provider.issuer);
  const kept = browser.cookies.filter(({ name }) => name !== COOKIE);
  const planted = { name: COOKIE, value: value ?? '', origin: host, path: '/', attributes: '' };
  browser.cookies.splice(0, browser.cookies.length, ...kept, planted);
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  const { url } = await university.begin({ prompt: 'none' });
  return (await browser.open(url, stayAt())).leadsTo?.includes('code=') === true;
}

test('an enrolment is nothing to a browser without its secret, whatever of it is known; with it, it goes on', async () => {
  const browser = createBrowser();
  const page = await walk({ browser, who: KIAN, until: 'password' });
  const stranger = createBrowser();
  for (const path of ['identity', 'phone', 'code', 'password', 'passkey', 'recovery-codes', 'done', 'waiting'])
    expect([path, pathOf(await stranger.open(`${provider.issuer}/enrol/${path}`))]).toEqual([path, '/enrol/gone']);
  const own = await stranger.open(`${provider.issuer}/enrol`);
  const moved = { ...own, text: own.text.replace('action="/enrol"', 'action="/enrol/password"') };
  expect(pathOf(await stranger.submit(moved, { password: 'a password of a stranger' }, stayAt()))).toBe('/enrol/gone');
  // The control: the browser that began stands where it stood, and the secret is all that made the difference.
  expect(pathOf(await browser.open(page.url))).toBe('/enrol/password');
  plant(stranger, secretOf(browser));
  expect(pathOf(await stranger.open(page.url))).toBe('/enrol/password');
});

test.each([
  ['changed in one place', (secret: string) => `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`],
  ['cut short', (secret: string) => secret.slice(0, -1)],
  ['empty', () => ''],
  ['with more behind it', (secret: string) => `${secret}A`],
])('a secret %s is none', async (_what, spoil) => {
  const browser = createBrowser();
  await walk({ browser, who: KIAN, until: 'phone' });
  plant(browser, spoil(secretOf(browser) ?? ''));
  expect(pathOf(await browser.open(`${provider.issuer}/enrol/phone`))).toBe('/enrol/gone');
});

test('a secret that the attacker planted is not the one of an enrolment that the victim begins', async () => {
  const [attacker, victim] = [createBrowser(), createBrowser()];
  await attacker.open(`${provider.issuer}/enrol`);
  plant(victim, 'A'.repeat(43));
  await walk({ browser: victim, who: YALDA, until: 'phone' });
  expect(secretOf(victim)).not.toBe('A'.repeat(43));
  plant(attacker, 'A'.repeat(43));
  expect(pathOf(await attacker.open(`${provider.issuer}/enrol/phone`))).toBe('/enrol/gone');
});

test("a prepared enrolment that is planted is named as begun, and beginning anew leaves it to nobody's use", async () => {
  const [attacker, victim] = [createBrowser(), createBrowser()];
  await walk({ browser: attacker, who: KIAN, until: 'phone' });
  plant(victim, secretOf(attacker));
  const start = await victim.open(`${provider.issuer}/enrol`);
  expect(wordsOf(start)).toContain('You have begun an account on this device');
  const identity = await victim.submit(start, {}, stayAt());
  expect(pathOf(identity)).toBe('/enrol/identity');
  expect(secretOf(victim)).not.toBe(secretOf(attacker));
  expect(pathOf(await attacker.open(`${provider.issuer}/enrol/phone`))).toBe('/enrol/ended');
});

test("a finished enrolment signs in the browser that has the university's own sign-in, and no other one", async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const theirs = await attacker.open((await university.begin()).url, stayAt());
  const signIn = await victim.open((await university.begin()).url, stayAt());
  const done = await walk({ browser: victim, who: NAVID, startAt: `${signIn.url}/enrol` });

  // The attacker has even the secret, but the sign-in was begun in another browser.
  plant(attacker, secretOf(victim));
  const stolen = await attacker.open(done.url, stayAt());
  expect(stolen.status).toBe(400);
  const moved = { ...theirs, text: theirs.text.replaceAll(new URL(theirs.url).pathname, new URL(done.url).pathname) };
  expect((await attacker.submit(moved, {}, stayAt())).leadsTo ?? '').not.toContain('code=');
  // Nor does the victim's enrolment end in a sign-in of the attacker's.
  const own = { ...done, text: done.text.replaceAll(new URL(signIn.url).pathname, new URL(theirs.url).pathname) };
  expect(pathOf(await victim.submit(own, {}, stayAt()))).toBe('/enrol/recovery-codes');
  expect([await isSignedIn(attacker), await isSignedIn(victim)]).toEqual([false, false]);

  // The control: the browser that has both is signed in, once.
  const again = await victim.open(done.url, stayAt());
  const consent = await victim.submit(again, {}, stayAt());
  expect(consent.url).toContain('/consent/');
  expect(secretOf(victim)).toBeUndefined();
  plant(attacker, secretOf(victim));
  expect((await attacker.submit(done, {}, stayAt())).leadsTo ?? '').not.toContain('code=');
});

test('the session after an enrolment is a new one', async () => {
  const browser = createBrowser();
  const signIn = await browser.open((await university.begin()).url, stayAt());
  const before = structuredClone(browser.cookies).map(({ value }) => value);
  const done = await walk({ browser, who: PARISA, startAt: `${signIn.url}/enrol` });
  await browser.submit(await browser.submit(done, {}, stayAt()), { decision: 'allow' }, stayAt());
  const session = browser.cookies.find(({ name }) => name === 'panjereh')?.value;
  expect(session).toBeDefined();
  expect(before).not.toContain(session);
});
