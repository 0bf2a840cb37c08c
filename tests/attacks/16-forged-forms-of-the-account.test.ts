import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountPaths } from '#tests/support/account-paths.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/**
 * Every form of the account, as its routes list them and not as somebody remembered them (CVE-2026-15571): posted from
 * another site, and posted from our own without a token or with another browser's.
 */
const forms = accountPaths('POST');

let provider: TestProvider;
let browser: Browser;
let csrf = '';

beforeAll(async () => {
  provider = await startProvider();
  browser = await signedIn();
  const page = await browser.open(at('/account/sessions'));
  csrf = csrfIn(page.text);
});
afterAll(() => provider.close());

const csrfIn = (text: string) => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
const at = (path: string) => `${provider.issuer}${path}`;
async function signedIn(): Promise<Browser> {
  const fresh = createBrowser();
  const credentials = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  await fresh.submit(await fresh.open(at('/enter')), credentials);
  return fresh;
}
const post = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
  fetch(at(path), {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams({ all: 'yes', ...fields }),
  });
const OURS = () => ({ origin: provider.issuer, 'sec-fetch-site': 'same-origin' });
const sessionsLeft = async () => (await provider.services.sessions.list(provider.citizens[0]?.id ?? '')).length;

test('the routes do name the forms', () => {
  expect(forms.length).toBeGreaterThanOrEqual(14);
  expect(csrf).not.toBe('');
});

test.each(forms)('%s is refused without a token, with a foreign one, and from another site', async (path) => {
  const foreign = await signedIn();
  const theirs = csrfIn((await foreign.open(at('/account/sessions'))).text);
  const before = await sessionsLeft();
  expect((await post(path, {}, OURS())).status).toBe(403);
  expect((await post(path, { csrf: '' }, OURS())).status).toBe(403);
  expect((await post(path, { csrf: theirs }, OURS())).status).toBe(403);
  const site = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await post(path, { csrf }, site)).status).toBe(403);
  expect(await sessionsLeft()).toBe(before);
});

test('the control: with the page’s own token, from our own site, the same posts are heard', async () => {
  // The one that ends every session comes last.
  const last = '/account/sessions';
  for (const path of [...forms.filter((form) => form !== last), last])
    expect((await post(path, { csrf }, OURS())).status, path).not.toBe(403);
  expect(await sessionsLeft()).toBe(0);
});
