import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Two browsers: one of the attacker, who prepares, and one of the victim, who signs in (Keycloak CVE-2026-7507). */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const stayAt = () => provider.issuer;
const who = (citizen: number) => ({
  nationalCode: provider.citizens[citizen]?.nationalCode ?? '',
  password: provider.password,
});
const cookieOf = ({ cookies }: Browser, name: string) => cookies.find((cookie) => cookie.name === name)?.value;
const copyCookies = (from: Browser, to: Browser) =>
  to.cookies.splice(0, to.cookies.length, ...structuredClone(from.cookies));

/** All the way; where somebody else was signed in, a page that goes on by itself signs them out in between. */
async function signIn(browser: Browser, citizen: number, extra: Record<string, string> = {}): Promise<void> {
  const { nationalCode, password } = who(citizen);
  let page = await browser.open((await university.begin(extra)).url, { stayAt: stayAt() });
  page = await browser.submit(page, { national_code: nationalCode, password }, { stayAt: stayAt() });
  if (page.text.includes('auto-submit')) page = await browser.submit(page, {}, { stayAt: stayAt() });
  if (page.url.includes('/consent/')) page = await browser.submit(page, { decision: 'allow' }, { stayAt: stayAt() });
  expect(page.leadsTo, `${page.status} ${page.url}`).toContain('code=');
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  const { url } = await university.begin({ prompt: 'none' });
  return (await browser.open(url, { stayAt: stayAt() })).leadsTo?.includes('code=') === true;
}

async function openSignIn(browser: Browser): Promise<Page> {
  return browser.open((await university.begin()).url, { stayAt: stayAt() });
}

test('control: a browser that signed in is signed in, and so is a copy of its cookies', async () => {
  const [victim, thief] = [createBrowser(), createBrowser()];
  await signIn(victim, 0);
  copyCookies(victim, thief);
  expect([await isSignedIn(victim), await isSignedIn(thief)]).toEqual([true, true]);
});

test('signing in gives the session another value, and the one from before leads nowhere', async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  // The attacker visits first and plants what they got, as they could from a neighbouring host name.
  await openSignIn(attacker);
  copyCookies(attacker, victim);
  const planted = cookieOf(attacker, 'panjereh');
  await signIn(victim, 0);
  expect(cookieOf(victim, 'panjereh')).toBeDefined();
  expect(cookieOf(victim, 'panjereh')).not.toBe(planted);
  expect([await isSignedIn(victim), await isSignedIn(attacker)]).toEqual([true, false]);
});

test("a session of the attacker's own that is planted becomes nobody else's when another citizen signs in over it", async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  await signIn(attacker, 1);
  copyCookies(attacker, victim);
  await signIn(victim, 0, { prompt: 'login' });
  expect(cookieOf(victim, 'panjereh')).not.toBe(cookieOf(attacker, 'panjereh'));
  const callback = await university.begin({ prompt: 'none' });
  const page = await attacker.open(callback.url, { stayAt: stayAt() });
  if (page.leadsTo?.includes('code=')) {
    const tokens = await callback.finish(new URL(page.leadsTo));
    const subject = await provider.services.registry.subjects.subjectFor({
      citizenId: provider.citizens[0]?.id ?? '',
      sector: 'university',
    });
    expect(tokens.claims()?.sub).not.toBe(subject);
  }
});

test('signing in again, more freshly, gives another value too', async () => {
  const browser = createBrowser();
  await signIn(browser, 0);
  const before = structuredClone(browser.cookies);
  await signIn(browser, 0, { prompt: 'login' });
  expect(cookieOf(browser, 'panjereh')).not.toBe(before.find(({ name }) => name === 'panjereh')?.value);
});

test('a sign-in that the attacker began cannot be finished by a victim who is sent its page', async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const prepared = await openSignIn(attacker);
  const seen = await victim.open(prepared.url, { stayAt: stayAt() });
  expect(seen.status).toBe(400);
  expect(seen.text).not.toContain('name="password"');
});

test('nor does the attacker get on with what the victim finished of it', async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const prepared = await openSignIn(attacker);
  const own = await openSignIn(victim);
  // The victim's page posts to the attacker's step, with everything that is the victim's.
  const moved = { ...own, text: own.text.replaceAll(new URL(own.url).pathname, new URL(prepared.url).pathname) };
  const { nationalCode, password } = who(0);
  const answer = await victim.submit(moved, { national_code: nationalCode, password }, { stayAt: stayAt() });
  expect(answer.status).toBe(400);
  expect([await isSignedIn(victim), await isSignedIn(attacker)]).toEqual([false, false]);
});

test('a consent page that one citizen left open is closed to the next one in the same browser', async () => {
  const browser = createBrowser();
  const { url } = await university.begin({ prompt: 'login consent' });
  const first = await browser.open(url, { stayAt: stayAt() });
  const { nationalCode, password } = who(2);
  const left = await browser.submit(first, { national_code: nationalCode, password }, { stayAt: stayAt() });
  expect(left.url).toContain('/consent/');
  await signIn(browser, 3, { prompt: 'login' });
  const answer = await browser.submit(left, { decision: 'allow' }, { stayAt: stayAt() });
  expect(answer.leadsTo ?? '').not.toContain('code=');
});

test('an answer that is on its way belongs to the browser that asked: the resume address is of no use elsewhere', async () => {
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const { url } = await university.begin({ prompt: 'login' });
  const page = await victim.open(url, { stayAt: stayAt() });
  const { nationalCode, password } = who(0);
  const next = await victim.submit(page, { national_code: nationalCode, password }, { stayAt: 'nowhere' });
  expect(next.leadsTo).toContain('/auth/');
  const stolen = await attacker.open(next.leadsTo ?? '', { stayAt: stayAt() });
  expect(stolen.leadsTo ?? '').not.toContain('code=');
  expect(stolen.status).toBe(400);
});
