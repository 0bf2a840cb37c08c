import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { addressOf, startProvider, type TestProvider } from '#tests/support/provider.ts';

/**
 * A neighbour under the same domain, or somebody between the browser and a plain http page of it, plants cookies.
 * Browsers refuse to let them where the name begins with `__Host-` or `__Secure-` (RFC 6265bis section 4.1.3); so
 * every cookie of ours has to have such a name, and no other name may count.
 */
const ISSUER = 'https://sso.example.ir';
const REDIRECT = 'https://university.example/callback';

let provider: TestProvider;
let lines: string[] = [];

beforeAll(async () => {
  provider = await startProvider({ issuer: ISSUER });
  await provider.register({
    clientId: 'university',
    clientSecret: 'a-secret-of-the-tests-of-more-than-32-characters',
    metadata: { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_basic' },
  });
});
afterAll(() => provider.close());

/** The TLS proxy's part: what the browser asks of the issuer arrives in clear at the instance. */
function openBrowser(): Browser {
  return createBrowser({
    async send(url, init) {
      const answer = await fetch(new URL(url.pathname + url.search, addressOf(provider)), init);
      lines.push(...answer.headers.getSetCookie());
      return answer;
    },
  });
}

function request(extra: Record<string, string> = {}): string {
  const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');
  const parameters = {
    ...{ client_id: 'university', redirect_uri: REDIRECT, response_type: 'code', scope: 'openid profile' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', state: 's', ...extra },
  };
  return `${ISSUER}/auth?${new URLSearchParams(parameters)}`;
}

const stayAt = ISSUER;

async function signIn(browser: Browser): Promise<Page> {
  const page = await browser.open(request(), { stayAt });
  const fields = { national_code: provider.citizens[0]?.nationalCode, password: provider.password };
  const next = await browser.submit(page, fields, { stayAt });
  return next.url.includes('/consent/') ? browser.submit(next, { decision: 'allow' }, { stayAt }) : next;
}

const isSignedIn = async (browser: Browser) =>
  (await browser.open(request({ prompt: 'none' }), { stayAt })).leadsTo?.includes('code=') === true;

/** What is wrong with a Set-Cookie line. */
function faultsOf(line: string): string[] {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
  const name = pair.slice(0, pair.indexOf('='));
  const attributes = new Map(rest.map((each) => [each.split('=')[0]?.toLowerCase(), each.split('=')[1] ?? '']));
  const prefix = attributes.get('path') === '/' ? '__Host-' : '__Secure-';
  return [
    ...(name.startsWith(prefix) ? [] : [`${name} does not begin with ${prefix}`]),
    ...(attributes.has('secure') ? [] : [`${name} is not Secure`]),
    ...(attributes.has('httponly') ? [] : [`${name} is not HttpOnly`]),
    ...(/^(?:lax|strict)$/i.test(attributes.get('samesite') ?? '') ? [] : [`${name} goes along with posts of others`]),
    ...(attributes.has('domain') ? [`${name} is for other hosts too`] : []),
  ];
}

test('every cookie that we set, on every way, has a name that nobody else can give', async () => {
  lines = [];
  const browser = openBrowser();
  await browser.open(`${ISSUER}/?ui_locales=en`, { stayAt });
  await browser.open(`${ISSUER}/enter?to=/account/sessions`, { stayAt });
  await browser.open(`${ISSUER}/device`, { stayAt });
  await signIn(browser);
  const leave = await browser.open(`${ISSUER}/logout`, { stayAt });
  await browser.submit(leave, { logout: 'yes' }, { stayAt });
  const names = new Set(lines.map((line) => line.slice(0, line.indexOf('=')).replace(/^__(?:Host|Secure)-/, '')));
  const expected = ['panjereh', 'panjereh.sig', 'panjereh_step', 'panjereh_resume', 'panjereh_form'];
  for (const name of [...expected, 'panjereh_language', 'panjereh_device']) expect(names).toContain(name);
  expect(lines.flatMap(faultsOf)).toEqual([]);
});

test('control: a line without one of these is found out', () => {
  const good = '__Host-a=1; path=/; secure; httponly; samesite=lax';
  expect(faultsOf(good)).toEqual([]);
  for (const part of ['; path=/', '; secure', '; httponly', '; samesite=lax', '__Host-'])
    expect(faultsOf(good.replace(part, '')), part).not.toEqual([]);
  expect(faultsOf(`${good}; domain=example.ir`)).not.toEqual([]);
});

test('control: the cookies of somebody who is signed in are good enough for another browser', async () => {
  const browser = openBrowser();
  await signIn(browser);
  const other = openBrowser();
  other.cookies.push(...browser.cookies.map((cookie) => ({ ...cookie })));
  expect(await isSignedIn(other)).toBe(true);
});

test('the same cookies under names that a neighbour may plant count for nothing', async () => {
  const browser = openBrowser();
  await signIn(browser);
  for (const rename of [
    (name: string) => name.replace(/^__(?:Host|Secure)-/, ''),
    (name: string) => name.replace(/^__Host-/, '__Secure-'),
    (name: string) => name.toLowerCase(),
  ]) {
    const planted = openBrowser();
    planted.cookies.push(...browser.cookies.map((cookie) => ({ ...cookie, name: rename(cookie.name) })));
    expect(await isSignedIn(planted), rename('__Host-panjereh')).toBe(false);
  }
});

test("a step that a neighbour plants is not the citizen's: the form of the attacker's sign-in does not open", async () => {
  const attacker = openBrowser();
  const page = await attacker.open(request(), { stayAt });
  const victim = openBrowser();
  victim.cookies.push(
    ...attacker.cookies.map((cookie) => ({ ...cookie, name: cookie.name.replace(/^__(?:Host|Secure)-/, '') })),
  );
  expect((await victim.open(page.url, { stayAt })).status).toBe(400);
  victim.cookies.push(...attacker.cookies.map((cookie) => ({ ...cookie })));
  expect((await victim.open(page.url, { stayAt })).status).toBe(200);
});
