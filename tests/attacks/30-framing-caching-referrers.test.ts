import { afterAll, beforeAll, expect, test } from 'vitest';
import { setSecurityHeaders } from '#platform/http/security-headers.ts';
import { DISCOVERY_PATHS } from '#protocol/configuration.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Every page, redirect and error of every room: not framed, not kept, not sniffed, not told to the next site. */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

type Answer = { what: string; status: number; headers: Headers };

/** What is meant to be kept: names that change with their content, public keys and the public description of ourselves. */
const MAY_BE_KEPT = new Set(['/jwks', 'asset', ...DISCOVERY_PATHS]);

function faults({ what, headers }: Answer): string[] {
  const policy = headers.get('content-security-policy') ?? '';
  const wanted: Record<string, boolean> = {
    "frame-ancestors 'none'": policy.includes("frame-ancestors 'none'"),
    "default-src 'none'": policy.includes("default-src 'none'"),
    'no unsafe-inline': !policy.includes('unsafe'),
    'x-frame-options': headers.get('x-frame-options') === 'DENY',
    nosniff: headers.get('x-content-type-options') === 'nosniff',
    'no-referrer': headers.get('referrer-policy') === 'no-referrer',
    'no-store': MAY_BE_KEPT.has(what) || /\bno-store\b/.test(headers.get('cache-control') ?? ''),
  };
  return Object.entries(wanted).flatMap(([name, holds]) => (holds ? [] : [`${what} lacks ${name}`]));
}

/** Method and path of everything that answers without a sign-in, and of what must be refused. */
const PLAIN: readonly [string, string][] = [
  ...['/', '/?ui_locales=en', '/healthz', '/readyz', '/jwks', '/.well-known/openid-configuration'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/.well-known/oauth-authorization-server', '/auth', '/auth?client_id=nobody', '/auth/unknown'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/userinfo', '/token', '/introspect', '/logout', '/logout/success', '/device', '/nothing-here', '/assets/x'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/sign-in/unknown', '/consent/unknown', '/open/unknown', '/account', '/account/sessions', '/..%2f', '/%00'].map(
    (path): [string, string] => ['GET', path],
  ),
  ...['/', '/token', '/introspect', '/revoke', '/par', '/device', '/device/auth', '/auth', '/logout/confirm'].map(
    (path): [string, string] => ['POST', path],
  ),
  ...['/sign-in/unknown', '/sign-in/unknown/cancel', '/consent/unknown', '/userinfo'].map((path): [string, string] => [
    'POST',
    path,
  ]),
  ...['/', '/auth', '/token', '/sign-in/unknown'].flatMap((path): [string, string][] =>
    ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'].map((method) => [method, path]),
  ),
];

/** What a citizen opens while signed in; a page that asks for more leads there first. */
const SIGNED_IN = ['/', '/account', '/account/sessions', '/account/sessions?ended=yes', '/account/services'].concat([
  ...['/account/activity', '/account/unknown', '/enter?to=/account/sessions', '/enter?to=//evil.example', '/logout'],
  ...['/account/data', '/account/close', '/account/receipts', '/account/attached', '/account/security', '/board'],
]);

test.each(PLAIN)('%s %s', async (method, path) => {
  const { status, headers } = await fetch(`${provider.issuer}${path}`, { method, redirect: 'manual' });
  expect(faults({ what: path, status, headers })).toEqual([]);
});

test('a form of a browser without a session is refused with a page, and is no failure of ours', async () => {
  const answer = await fetch(`${provider.issuer}/device`, { method: 'POST' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('<html');
});

test('every step of a sign-in, a refusal and a sign-out, redirects among them', async () => {
  const answers = await walk();
  expect(answers.filter(({ status }) => status >= 300 && status < 400).length).toBeGreaterThan(4);
  expect(answers.flatMap(faults)).toEqual([]);
});

test('assets are kept for long and still neither framed nor sniffed', async () => {
  const home = await createBrowser().open(`${provider.issuer}/`);
  const href = /href="(\/assets\/[^"]+\.css)"/.exec(home.text)?.[1] ?? '';
  const { status, headers } = await fetch(`${provider.issuer}${href}`);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toContain('immutable');
  expect(faults({ what: 'asset', status, headers })).toEqual([]);
});

test('a form leads to us and to exactly the origin of the redirect URI, and on other pages to us alone', async () => {
  const browser = createBrowser();
  const page = await browser.open((await university.begin()).url, { stayAt: provider.issuer });
  expect(formAction(page)).toBe("'self' https://university.example");
  const [citizen] = provider.citizens;
  const consent = await browser.submit(
    page,
    { national_code: citizen?.nationalCode, password: provider.password },
    { stayAt: provider.issuer },
  );
  expect(consent.url).toContain('/consent/');
  expect(formAction(consent)).toBe("'self' https://university.example");
  expect(formAction(await browser.open(`${provider.issuer}/`))).toBe("'self'");
  expect(formAction(await browser.open(`${provider.issuer}/auth?client_id=nobody`))).toBe("'self'");
});

test('a redirect URI that is refused never reaches the policy', async () => {
  const { url } = await university.begin({ redirect_uri: "https://evil.example;script-src 'unsafe-inline'" });
  const page = await createBrowser().open(url, { stayAt: provider.issuer });
  expect(page.status).toBe(400);
  expect(page.headers.get('content-security-policy')).not.toContain('evil');
});

test('the answer by form_post may run our one script and lead to the relying party alone', async () => {
  const browser = createBrowser();
  await university.signIn({ browser });
  const { url } = await university.begin({ response_mode: 'form_post' });
  const page = await browser.open(url, { stayAt: provider.issuer });
  expect(page.text).toContain('action="https://university.example/callback"');
  expect(formAction(page)).toBe("'self' https://university.example");
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(faults({ what: 'form_post', ...page })).toEqual([]);
});

test('control: an answer without one of the headers is found out', async () => {
  const headers = new Headers();
  const response = { setHeader: (name: string, value: string) => headers.set(name, value) };
  setSecurityHeaders(response as Parameters<typeof setSecurityHeaders>[0], { isSecure: true });
  expect(faults({ what: 'whole', status: 200, headers })).toEqual([]);
  for (const name of [...headers.keys()].filter((key) => /^(content-|x-|referrer|cache)/.test(key))) {
    const without = new Headers(headers);
    without.delete(name);
    expect(faults({ what: name, status: 200, headers: without }).length).toBeGreaterThan(0);
  }
});

function formAction({ headers }: Page): string | undefined {
  return /form-action ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];
}

/** Step by step without following, so that each redirect is seen. */
async function walk(): Promise<Answer[]> {
  const browser = createBrowser();
  const answers: Answer[] = [];
  const seen = (page: Page): Page => {
    answers.push({ what: `${page.status} ${new URL(page.url).pathname}`, ...page });
    return page;
  };
  /** Nothing starts with this, so every redirect is handed back instead of followed. */
  const stayAt = 'nowhere';
  const follow = async (from: Page): Promise<Page> => {
    let page = seen(from);
    while (page.leadsTo?.startsWith(provider.issuer)) page = seen(await browser.open(page.leadsTo, { stayAt }));
    return page;
  };
  const nationalCode = provider.citizens[1]?.nationalCode;
  const { url } = await university.begin({ prompt: 'consent' });
  const signIn = await follow(await browser.open(url, { stayAt }));
  seen(await browser.submit(signIn, { national_code: 'x', password: '' }, { stayAt }));
  seen(await browser.submit(signIn, { national_code: nationalCode, password: 'wrong' }, { stayAt }));
  seen(await browser.submit(signIn, { csrf: 'forged' }, { stayAt }));
  seen(await browser.submit(signIn, {}, { stayAt, headers: { 'sec-fetch-site': 'cross-site' } }));
  seen(await browser.submit(signIn, { national_code: 'x'.repeat(20_000) }, { stayAt }));
  const consent = await follow(
    await browser.submit(signIn, { national_code: nationalCode, password: provider.password }, { stayAt }),
  );
  await follow(await browser.submit(consent, { decision: 'allow' }, { stayAt }));
  const refused = await follow(await browser.open((await university.begin({ prompt: 'consent' })).url, { stayAt }));
  await follow(await browser.submit(refused, { decision: 'deny' }, { stayAt }));
  for (const path of SIGNED_IN) await follow(await browser.open(`${provider.issuer}${path}`, { stayAt }));
  const sessions = seen(await browser.open(`${provider.issuer}/account/sessions`, { stayAt }));
  expect(sessions.status).toBe(200);
  seen(await browser.submit(sessions, { csrf: 'forged' }, { stayAt }));
  seen(await browser.submit(sessions, { session: 'Session:unknown' }, { stayAt }));
  const device = seen(await browser.open(`${provider.issuer}/device`, { stayAt }));
  seen(await browser.submit(device, { user_code: 'BBBB-BBBB' }, { stayAt }));
  const leave = await follow(await browser.open(`${provider.issuer}/logout`, { stayAt }));
  await follow(await browser.submit(leave, { logout: 'yes' }, { stayAt }));
  return answers;
}
