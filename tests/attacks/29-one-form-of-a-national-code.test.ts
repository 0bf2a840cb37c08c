import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitPaying } from '#tests/support/puzzle.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** One account written in many ways must be one account: to sign in to, and to be slowed down at (Authelia CVE-2026-47203). */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider({ environment: { PANJEREH_TRUSTED_PROXIES: '127.0.0.1 ::1' } });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

async function attempt({ typed, password, from }: { typed: string; password: string; from: string }): Promise<Page> {
  const headers = { 'x-forwarded-for': from };
  const stayAt = provider.issuer;
  const browser = createBrowser();
  const page = await browser.open((await university.begin()).url, { stayAt, headers });
  return submitPaying(browser, page, { national_code: typed, password }, { stayAt, headers });
}

const isIn = ({ url, leadsTo }: Page) => url.includes('/consent/') || leadsTo?.includes('code=') === true;
const inDigits = (code: string, zero: number) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const writings: Record<string, (code: string) => string> = {
  'as it is printed': (code) => code,
  'in Persian digits': (code) => inDigits(code, 0x06f0),
  'in Arabic digits': (code) => inDigits(code, 0x0660),
  'in digits of all three kinds': (code) =>
    inDigits(code.slice(0, 3), 0x06f0) + inDigits(code.slice(3, 6), 0x0660) + code.slice(6),
  'with dashes': (code) => `${code.slice(0, 3)}-${code.slice(3, 9)}-${code.slice(9)}`,
  'with blanks around and inside': (code) => ` ${code.slice(0, 5)} ${code.slice(5)}\t`,
  'with marks of right-to-left text': (code) => `\u200f${code.slice(0, 4)}\u200c${code.slice(4)}\u200e`,
};

describe.each(Object.entries(writings))('a national code %s', (name, write) => {
  const index = Object.keys(writings).indexOf(name);

  test('is the same account to sign in to', async () => {
    const typed = write(provider.citizens[0]?.nationalCode ?? '');
    expect(isIn(await attempt({ typed, password: provider.password, from: `192.0.2.${index + 1}` }))).toBe(true);
  });
});

test('guesses in ever new writings are counted as one', async () => {
  const code = provider.citizens[3]?.nationalCode ?? '';
  const statuses: number[] = [];
  for (const write of Object.values(writings))
    statuses.push((await attempt({ typed: write(code), password: 'wrong', from: '203.0.113.5' })).status);
  // The sixth begins the wait; which writings they came in makes no difference.
  expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 429]);
});

test('control: guesses at as many accounts are not', async () => {
  for (const { nationalCode } of provider.citizens.slice(0, 3)) {
    const page = await attempt({ typed: nationalCode, password: 'wrong', from: '203.0.113.6' });
    expect(page.status).toBe(422);
  }
});

test.each([
  ['digits of another script', (code: string) => inDigits(code, 0x0966)],
  ['digits of full width', (code: string) => inDigits(code, 0xff10)],
  ['superscripts in it', (code: string) => code.replace(/1/g, '¹').replace(/2/g, '²')],
  ['a letter that looks like a digit', (code: string) => code.replace(/[01]/, (digit) => (digit === '0' ? 'O' : 'l'))],
  ['an eleventh digit', (code: string) => `${code}0`],
  ['another one beside it', (code: string) => `${code},${code}`],
  ['a zero byte', (code: string) => `${code}\u0000`],
])('with %s it is nobody, and no failure of ours', async (_name, write) => {
  const code = provider.citizens.map(({ nationalCode }) => nationalCode).find((each) => write(each) !== each) ?? '';
  const page = await attempt({ typed: write(code), password: provider.password, from: '192.0.2.99' });
  expect(isIn(page)).toBe(false);
  expect(page.status).toBe(422);
});
