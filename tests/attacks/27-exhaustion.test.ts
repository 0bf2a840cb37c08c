import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { type Answer, ask, basic, inTurns, post } from './hostile-requests.ts';

/** Requests that are cheap to send and dear to answer. */
const MB = 1024 * 1024;
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const words = (count: number, word = 'scope') => Array.from({ length: count }, (_, at) => `${word}${at}`).join(' ');
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** Pushed, because an address of this length is refused before anybody reads it; then used as a browser would. */
async function authorizing(extra: Record<string, string>): Promise<Answer> {
  const { url } = await university.begin(extra);
  const pushed = await post(`${provider.issuer}/par`, new URL(url).searchParams.toString(), basic('university'));
  if (pushed.status !== 201) return pushed;
  const query = new URLSearchParams({ client_id: 'university', request_uri: String(pushed.body.request_uri) });
  return ask(`${provider.issuer}/auth?${query}`);
}

const LARGE: [string, Record<string, string>][] = [
  ['thousands of scopes', { scope: `openid ${words(4000)}` }],
  ['thousands of locales', { ui_locales: words(4000, 'fa-') }],
  [
    'thousands of claims',
    {
      claims: JSON.stringify({
        userinfo: Object.fromEntries(
          words(2500, 'c')
            .split(' ')
            .map((name) => [name, null]),
        ),
      }),
    },
  ],
  ['deeply nested claims', { claims: `{"userinfo":{"sub":{"values":${deep(20_000)}}}}` }],
  ['claims with one long number', { claims: `{"userinfo":{"sub":{"value":${'9'.repeat(40_000)}}}}` }],
  ['claims that name prototypes', { claims: '{"userinfo":{"__proto__":{"essential":true},"constructor":null}}' }],
  ['claims that are null', { claims: '{"userinfo":null,"id_token":null}' }],
  ['claims that are no object', { claims: '[[],"x",7]' }],
  ['thousands of levels', { acr_values: words(4000, 'acr') }],
  ['a state of 50 kB', { state: 's'.repeat(50_000) }],
  ['a nonce of 50 kB', { nonce: 'n'.repeat(50_000) }],
  ['a hint of 50 kB', { login_hint: 'h'.repeat(50_000) }],
  ['a hint that is 16,000 dots', { id_token_hint: '.'.repeat(16_000) }],
];

test.each(LARGE)('%s are answered at once and without a failure of ours', async (_what, extra) => {
  const started = performance.now();
  const answer = await authorizing({ prompt: 'none', ...extra });
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('location') ?? '').not.toContain('server_error');
  expect(performance.now() - started).toBeLessThan(2000);
});

test.each(LARGE)('%s do not break a sign-in that waits for the citizen', async (_what, extra) => {
  const first = await authorizing(extra);
  const next = first.headers.get('location') ?? '';
  if (!next.startsWith('/') && !next.startsWith(provider.issuer)) return;
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  expect((await ask(new URL(next, provider.issuer).href, { headers: { cookie } })).status).toBe(200);
});

describe('a body', () => {
  const huge = 'x'.repeat(2 * MB);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) =>
    ask(provider.issuer + path, {
      method: 'POST',
      body,
      headers: { ...form, ...basic('university'), ...headers },
    }).catch(() => ({ status: 413 }));

  test.each(['/token', '/par', '/introspect', '/revoke', '/auth', '/device', '/userinfo', '/logout'])(
    'of 2 MB is not read at %s',
    async (path) => {
      const { status } = await send(path, `token=${huge}`);
      expect([400, 401, 404, 413]).toContain(status);
    },
  );

  test('that is compressed is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * MB, 'a'));
    expect(bomb.length).toBeLessThan(56 * 1024);
    const before = heapUsed();
    for (const path of ['/token', '/par', '/auth', '/sign-in/x']) {
      const { status } = await send(path, bomb, { 'content-encoding': 'gzip' });
      expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code >= 400 && code < 500)]);
    }
    expect(heapUsed() - before).toBeLessThan(10 * MB);
  });

  test('of a sign-in form is refused beyond its cap, by size and by number of fields', async () => {
    const browser = createBrowser();
    const page = await browser.open((await university.begin()).url, { stayAt: provider.issuer });
    const action = readForms(page.text)[0]?.action ?? '';
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect((await send(action, `password=${huge}`, { cookie })).status).toBe(413);
    expect((await send(action, 'a=1&'.repeat(1000), { cookie })).status).toBe(413);
    expect((await send(action, JSON.stringify({ a: 1 }), { cookie, 'content-type': 'application/json' })).status).toBe(
      415,
    );
    const who = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
    const next = await browser.submit(page, who, { stayAt: provider.issuer });
    expect(next.url).toContain('/consent/');
  });

  test('of thousands of parameters is answered at once', async () => {
    const started = performance.now();
    const { status } = await send(
      '/token',
      Array.from({ length: 8000 }, (_, at) => `p${at}=1`)
        .join('&')
        .slice(0, 55_000),
    );
    expect([400, 401]).toContain(status);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('a pushed request is kept up to the length that an address may have', async () => {
  const push = async (length: number) => (await authorizing({ prompt: 'none', state: 's'.repeat(length) })).status;
  expect(await push(6000)).toBe(303);
  expect(await push(17_000)).toBe(400);
});

test('headers beyond 16 kB are refused', async () => {
  const { status } = await ask(`${provider.issuer}/auth?client_id=university`, {
    headers: { cookie: `panjereh=${'x'.repeat(20_000)}` },
  });
  expect(status).toBe(431);
});

test('memory is flat under a thousand such requests', { timeout: 60_000 }, async () => {
  const round = async () => {
    await inTurns(LARGE, 8, ([, extra]) => authorizing({ prompt: 'none', ...extra }));
    await inTurns(
      Array.from({ length: 20 }, (_, at) => at),
      10,
      (at) => ask(`${provider.issuer}/auth?client_id=made-up-${at}-${performance.now()}`),
    );
  };
  for (let warm = 0; warm < 5; warm += 1) await round();
  const before = heapUsed();
  for (let again = 0; again < 30; again += 1) await round();
  expect(heapUsed() - before).toBeLessThan(12 * MB);
});
