import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, signInAndConsent } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Every field of every cookie flipped, emptied, cut, swapped and made up (Zitadel CVE-2026-109373). */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const who = (citizen: number) => ({
  nationalCode: provider.citizens[citizen]?.nationalCode ?? '',
  password: provider.password,
});

async function signedIn(citizen = 0): Promise<Browser> {
  const browser = createBrowser();
  const { url } = await university.begin();
  await signInAndConsent(browser, { authorizationUrl: url, ...who(citizen) });
  return browser;
}

/** The status matters too: whatever is sent, it is no failure of ours. */
async function tryWith(browser: Browser): Promise<'signed in' | 'refused'> {
  const { url } = await university.begin({ prompt: 'none' });
  const page = await browser.open(url, { stayAt: provider.issuer });
  expect(page.status).toBeLessThan(500);
  return page.leadsTo?.includes('code=') ? 'signed in' : 'refused';
}

function withCookie(browser: Browser, name: string, value: string | undefined): Browser {
  const forged = createBrowser();
  for (const cookie of browser.cookies) {
    if (cookie.name !== name) forged.cookies.push({ ...cookie });
    if (cookie.name === name && value !== undefined) forged.cookies.push({ ...cookie, value });
  }
  return forged;
}

const flipped = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe.each(['panjereh', 'panjereh.sig'])('the cookie %s', (name) => {
  let browser: Browser;
  let value: string;
  beforeAll(async () => {
    browser = await signedIn();
    value = browser.cookies.find((cookie) => cookie.name === name)?.value ?? '';
  });

  test('control: as it is, it is signed in', async () => {
    expect(value).toMatch(/^[\w-]{21,}$/);
    expect(await tryWith(withCookie(browser, name, value))).toBe('signed in');
  });

  test('with any character changed it is nothing', async () => {
    for (let at = 0; at < value.length - 1; at += 1)
      expect(await tryWith(withCookie(browser, name, flipped(value, at))), `character ${at}`).toBe('refused');
  });

  test('left out, empty, cut, doubled or made up it is nothing', async () => {
    const made = ['', value.slice(1), value.slice(0, -1), value + value, `${value}A`, 'null', '%00', '__proto__', '*'];
    for (const each of [undefined, ...made, value.toLowerCase(), 'A'.repeat(value.length), 'A'.repeat(4000)])
      expect(await tryWith(withCookie(browser, name, each)), String(each)).toBe('refused');
  });

  test("put together with the other half of another citizen's, it is nothing", async () => {
    const other = (await signedIn(1)).cookies.find((cookie) => cookie.name === name)?.value;
    expect(await tryWith(withCookie(browser, name, other))).toBe('refused');
  });
});

test('a signature moved from another cookie of ours signs nothing', async () => {
  const browser = await signedIn();
  const page = await createStep();
  const foreign = page.cookies.find(({ name }) => name === 'panjereh_step.sig')?.value ?? '';
  expect(foreign).not.toBe('');
  expect(await tryWith(withCookie(browser, 'panjereh.sig', foreign))).toBe('refused');
});

test.each(['panjereh_step', 'panjereh_step.sig'])('a changed %s ends that step', async (name) => {
  const browser = await createStep();
  const { value = '', path = '' } = browser.cookies.find((cookie) => cookie.name === name) ?? {};
  expect((await browser.open(`${provider.issuer}${path}`)).status).toBe(200);
  for (const forged of [undefined, '', flipped(value, 3), 'A'.repeat(value.length)]) {
    const page = await withCookie(browser, name, forged).open(`${provider.issuer}${path}`);
    expect(page.status, String(forged)).toBe(400);
    expect(page.text).not.toContain('name="password"');
  }
});

test('two hundred ids share no pattern: all differ, and every bit of the first 126 is set in about half', async () => {
  const ids: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const pages = await Promise.all(Array.from({ length: 8 }, () => createStep()));
    ids.push(
      ...pages
        .flatMap(({ cookies }) => cookies.filter(({ name }) => name === 'panjereh_step'))
        .map(({ value }) => value),
    );
  }
  expect(new Set(ids).size).toBe(ids.length);
  const bits = ids.map((id) =>
    [...Buffer.from(id, 'base64url')].map((byte) => byte.toString(2).padStart(8, '0')).join(''),
  );
  expect(Math.min(...bits.map(({ length }) => length))).toBeGreaterThanOrEqual(126);
  // 200 coins fall 100 ± 7; beyond 60 or 140 lies less than one in ten million.
  for (let at = 0; at < 126; at += 1) {
    const set = bits.filter((each) => each[at] === '1').length;
    expect(set, `bit ${at}`).toBeGreaterThan(60);
    expect(set, `bit ${at}`).toBeLessThan(140);
  }
});

async function createStep(): Promise<Browser> {
  const browser = createBrowser();
  await browser.open((await university.begin()).url, { stayAt: provider.issuer });
  return browser;
}
