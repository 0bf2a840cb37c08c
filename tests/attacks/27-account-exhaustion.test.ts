import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPaths } from '#tests/support/account-paths.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** What a citizen, or somebody in their session, can make the window work for: bodies, addresses, and files of everything. */
let provider: TestProvider;
let browser: Browser;
let csrf = '';

beforeAll(async () => {
  provider = await startProvider();
  browser = createBrowser();
  const who = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  await browser.submit(await browser.open(`${provider.issuer}/enter`), who);
  const page = await browser.open(`${provider.issuer}/account/sessions`);
  csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
});
afterAll(() => provider.close());

const ask = (path: string, options: RequestInit = {}) =>
  fetch(provider.issuer + path, {
    redirect: 'manual',
    ...options,
    headers: {
      cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      ...(options.headers as Record<string, string> | undefined),
    },
  });
const post = (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) =>
  ask(path, {
    method: 'POST',
    body,
    headers: {
      ...{ origin: provider.issuer, 'sec-fetch-site': 'same-origin' },
      ...{ 'content-type': 'application/x-www-form-urlencoded', ...headers },
    },
  });

describe.each(accountPaths('POST'))('the form at %s', (path) => {
  test('reads no body that is larger than a form, has more fields, or is compressed', async () => {
    const large = `csrf=${csrf}&more=${'x'.repeat(64 * 1024)}`;
    const many = `csrf=${csrf}&${'a=1&'.repeat(1000)}`;
    expect((await post(path, large)).status).toBe(413);
    expect((await post(path, many)).status).toBe(413);
    expect((await post(path, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

test('the control: a form of the usual size is heard', async () => {
  expect((await post('/account/close', `csrf=${csrf}`)).status).not.toBeOneOf([403, 413, 415]);
});

const PAGES = ['/', '/board', ...accountPaths('GET').filter((path) => !path.includes(':'))];

describe.each(PAGES)('the page at %s', (path) => {
  test('answers an address full of everything as it answers a plain one', async () => {
    const plain = await ask(path);
    const words = Array.from({ length: 2000 }, (_, at) => `w${at}`).join('+');
    const repeated = Array.from({ length: 500 }, (_, at) => `kind=${at}&page=${at}&before=${at}`).join('&');
    for (const query of [`q=${words}`, repeated, `page=${'9'.repeat(4000)}`, `kind[a][b]=1&__proto__=1`]) {
      const { status } = await ask(`${path}?${query.slice(0, 12_000)}`);
      expect(status, query.slice(0, 20)).toBeOneOf([plain.status, 400]);
    }
  });
});

test('a search of two hundred letters is the longest that is looked for', async () => {
  const long = await (await ask(`/?q=${'ب'.repeat(2000)}`)).text();
  expect(long).toContain(`value="${'ب'.repeat(200)}"`);
  expect(long).not.toContain('ب'.repeat(201));
});

test('everything of theirs is gathered a few times a day and then not until later', async () => {
  const statuses: number[] = [];
  for (let times = 0; times < 8; times += 1) statuses.push((await post('/account/data', `csrf=${csrf}`)).status);
  expect(statuses[0], 'control: the first time').toBe(303);
  const refused = await post('/account/data', `csrf=${csrf}`);
  expect(statuses.at(-1)).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});
