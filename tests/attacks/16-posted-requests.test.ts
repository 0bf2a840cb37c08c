import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Other sites may post to /auth and /logout by right. They may do no more with it than a link can. */
const FORM = 'application/x-www-form-urlencoded';

let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

type Post = { path?: string; body?: string; headers?: Record<string, string> };

const post = ({ path = '/auth', body = '', headers = {} }: Post) =>
  fetch(`${provider.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': FORM, 'sec-fetch-site': 'cross-site', ...headers },
    body,
    redirect: 'manual',
  });

const bodyOf = async (extra: Record<string, string> = {}) =>
  new URL((await university.begin(extra)).url).search.slice(1);

describe.each(['/auth', '/logout'])('%s', (path) => {
  test('control: an honest post goes on at the same path', async () => {
    const answer = await post({ path, body: await bodyOf() });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(new RegExp(`^${path}\\?`));
  });

  test.each([
    ['application/json', '{}'],
    ['text/plain', 'client_id=university'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('a body of type %s is refused', async (type, body) => {
    expect((await post({ path, body, headers: { 'content-type': type } })).status).toBe(415);
  });

  test('a compressed body is refused', async () => {
    expect((await post({ path, body: 'x', headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  });

  test.each([
    ['longer than an address may be', `state=${'s'.repeat(8000)}`],
    ['short before its characters are written for an address', `state=${'%D8%AF'.repeat(1400)}`],
    ['larger than is ever read', `state=${'s'.repeat(64 * 1024)}`],
    ['with a hundred fields and one', 'a=&'.repeat(101)],
  ])('one that is %s is refused with a page, and the connection serves on', async (_what, body) => {
    const answer = await post({ path, body });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain('<html');
    expect((await post({ path, body: await bodyOf() })).status).toBe(303);
  });

  test.each([
    ['a line of its own in the answer', 'state=a%0d%0aSet-Cookie:%20panjereh=x%0d%0a'],
    ['another host', '//evil.example/'],
    ['a fragment', '%23@evil.example'],
    ['a broken escape', 'state=%zz%'],
    ['octets that are no text', 'state=%ff%fe'],
  ])('it never makes %s', async (_what, body) => {
    const answer = await post({ path, body });
    expect(answer.status).toBe(303);
    const location = new URL(answer.headers.get('location') ?? '', provider.issuer);
    expect([location.origin, location.pathname, location.hash]).toEqual([provider.issuer, path, '']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

test('only these two paths take it: their neighbours keep their own rules', async () => {
  for (const path of ['/auth/', '/auth/unknown', '/logout/', '/logout/success', '/AUTH', '//auth']) {
    const answer = await post({ path, body: await bodyOf() });
    expect([path, answer.status, answer.headers.get('location')]).toEqual([path, answer.status, null]);
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
  }
});

test("another site's post reads, sets and ends nothing in the citizen's browser", async () => {
  const browser = createBrowser();
  await university.signIn({ browser });
  const before = structuredClone(browser.cookies);
  for (const path of ['/auth', '/logout']) {
    const answer = await post({ path, body: await bodyOf({ prompt: 'none' }) });
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  expect(browser.cookies).toEqual(before);
  const silent = await browser.open((await university.begin({ prompt: 'none' })).url, { stayAt: provider.issuer });
  expect(silent.leadsTo).toContain('code=');
});

test('signing out still needs the form of our own page: another site cannot post the confirmation', async () => {
  const browser = createBrowser();
  await university.signIn({ browser });
  const asked = await post({ path: '/logout', body: 'logout=yes' });
  const page = await browser.open(new URL(asked.headers.get('location') ?? '', provider.issuer).href);
  expect(page.text).toContain('Stay signed in');
  expect((await post({ path: '/logout/confirm', body: 'logout=yes' })).status).toBe(400);
  const silent = await browser.open((await university.begin({ prompt: 'none' })).url, { stayAt: provider.issuer });
  expect(silent.leadsTo).toContain('code=');
});
