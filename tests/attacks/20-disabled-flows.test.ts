import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, obtainCode, post } from './hostile-requests.ts';

/** What we do not offer, or did not offer this client or this step, stays shut whatever the request says. */
let provider: TestProvider;
let university: TestRelyingParty;
let plain: TestRelyingParty;
let browser: Browser;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
  plain = await createRelyingParty(provider, { clientId: 'plain', metadata: { grant_types: ['authorization_code'] } });
  browser = createBrowser();
  await university.signIn({ browser });
});
afterAll(() => provider.close());

const token = (fields: Record<string, string>, clientId = 'university') =>
  post(`${provider.issuer}/token`, fields, basic(clientId));

test.each([
  'token',
  'id_token',
  'id_token token',
  'code token',
  'code id_token',
  'code id_token token',
  'none',
  'CODE',
  '',
])('response_type=%j gives nothing in the browser', async (responseType) => {
  const page = await browser.open((await university.begin({ response_type: responseType })).url, {
    stayAt: provider.issuer,
  });
  const answer = `${page.leadsTo ?? ''} ${page.text}`;
  expect(answer).not.toMatch(/[?#&](?:code|access_token|id_token)=/);
  expect(answer).toMatch(/unsupported_response_type|invalid_request|unauthorized_client/);
});

test.each([
  'password',
  'implicit',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:pre-authorized_code',
  'AUTHORIZATION_CODE',
  'authorization_code ',
  '__proto__',
  'constructor',
  '',
])('grant_type=%j gives this client nothing', async (grantType) => {
  const { code, fields } = await obtainCode(provider, university, { browser });
  const [citizen] = provider.citizens;
  const everything = {
    ...fields,
    username: citizen?.nationalCode ?? '',
    password: provider.password,
    assertion: 'a.b.c',
    subject_token: code,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    device_code: code,
    auth_req_id: code,
    scope: 'openid',
  };
  const answer = await token({ ...everything, grant_type: grantType });
  expect(answer.body.access_token).toBeUndefined();
  expect(['unsupported_grant_type', 'unauthorized_client', 'invalid_request']).toContain(errorIn(answer));
  expect(errorIn(await token(fields))).toBe('accepted');
});

test('a client without the refresh grant gets no refresh token and may use none', async () => {
  const { fields } = await obtainCode(provider, plain, {
    browser,
    extra: { scope: 'openid offline_access', prompt: 'consent' },
  });
  const answer = await token(fields, 'plain');
  expect([answer.status, answer.body.refresh_token]).toEqual([200, undefined]);
  const refresh = await token({ grant_type: 'refresh_token', refresh_token: 'x' }, 'plain');
  expect(['unauthorized_client', 'invalid_request']).toContain(errorIn(refresh));
});

test('requests by value, by foreign reference and by registration are refused', async () => {
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const claims = Buffer.from(
    JSON.stringify({ client_id: 'university', redirect_uri: 'https://evil.example' }),
  ).toString('base64url');
  for (const extra of [
    { request: `${none}.${claims}.` },
    { request_uri: 'https://evil.example/request' },
    { request_uri: 'http://169.254.169.254/' },
    { request_uri: 'urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    { registration: '{"redirect_uris":["https://evil.example"]}' },
  ]) {
    const page = await browser.open((await university.begin(extra as Record<string, string>)).url, {
      stayAt: provider.issuer,
    });
    expect(page.leadsTo ?? page.text, JSON.stringify(extra)).toMatch(/not_supported|invalid_request/);
    expect(page.leadsTo ?? '').not.toContain('code=');
  }
});

test('endpoints that we do not have are not there', async () => {
  for (const path of [
    '/reg',
    '/register',
    '/session/end',
    '/backchannel',
    '/challenge',
    '/credential',
    '/interaction/x',
    '/nonce',
  ]) {
    const answer = await post(provider.issuer + path, { client_id: 'university' });
    expect([path, answer.status]).toEqual([
      path,
      expect.toSatisfy((status: number) => status === 404 || status === 405),
    ]);
  }
});

describe('a pushed request', () => {
  const push = (extra: Record<string, string>) => university.begin(extra, { usePar: true });

  test('control: pushed as it is, the session answers it', async () => {
    const page = await browser.open((await push({})).url, { stayAt: provider.issuer });
    expect(page.leadsTo).toContain('code=');
  });

  test.each(['prompt=none', 'max_age=100000', 'prompt=', 'acr_values=x', 'claims={}'])(
    'that asks for a new sign-in is not talked out of it by %s',
    async (tampered) => {
      const page = await browser.open(`${(await push({ prompt: 'login' })).url}&${tampered}`, {
        stayAt: provider.issuer,
      });
      expect(page.leadsTo).toBeUndefined();
      expect(page.url).toContain('/sign-in/');
    },
  );

  test('is what counts, not what the browser adds to it', async () => {
    const { url, finish } = await push({ scope: 'openid' });
    const added = '&scope=openid%20profile%20national_code&state=evil&nonce=evil&code_challenge=evil';
    const page = await browser.open(url + added, { stayAt: provider.issuer });
    const tokens = await finish(new URL(page.leadsTo ?? ''));
    expect(tokens.scope).toBe('openid');
  });

  test.each(['redirect_uri=https://evil.example/', 'response_type=token', 'response_mode=form_post'])(
    'is not sent elsewhere or otherwise by %s',
    async (tampered) => {
      const page = await browser.open(`${(await push({})).url}&${tampered}`, { stayAt: provider.issuer });
      expect(page.leadsTo ?? university.redirectUri).toMatch(/^https:\/\/university\.example\/callback/);
      expect(readForms(page.text)).toEqual([]);
      expect(page.leadsTo ?? '').not.toMatch(/token=/);
    },
  );
});

describe('a step that is not the next one', () => {
  async function begun() {
    const stranger = createBrowser();
    const page = await stranger.open((await university.begin()).url, { stayAt: provider.issuer });
    const csrf = new Map(readForms(page.text)[0]?.hidden ?? []).get('csrf') ?? '';
    const uid = new URL(page.url).pathname.split('/').at(-1) ?? '';
    const cookie = stranger.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    return { stranger, page, uid, headers: { cookie, origin: provider.issuer }, csrf };
  }

  test('consent cannot be given before signing in', async () => {
    const { uid, headers, csrf } = await begun();
    const fields = { csrf, decision: 'allow', accountId: provider.citizens[0]?.id ?? '' };
    const answer = await post(`${provider.issuer}/consent/${uid}`, fields, headers);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test('nobody is signed in by going on without having signed in', async () => {
    const { uid, headers } = await begun();
    const resumed = await ask(`${provider.issuer}/auth/${uid}?accountId=${provider.citizens[0]?.id}`, { headers });
    expect(answerIn(resumed)?.searchParams.has('code') ?? false).toBe(false);
  });

  test('control: the same forms sent in their order lead to a code', async () => {
    const { stranger, page } = await begun();
    const who = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
    const next = await stranger.submit(page, who, { stayAt: provider.issuer });
    expect(next.leadsTo).toContain('code=');
  });

  test('a device step that nobody began is a page, not a failure', async () => {
    for (const path of ['/device/nobody-began', '/device/x?confirm=yes'])
      expect((await ask(provider.issuer + path)).status).toBe(400);
    for (const fields of [{}, { user_code: 'AAAA-AAAA' }, { user_code: 'x', confirm: 'yes', xsrf: 'made-up' }]) {
      const answer = await post(`${provider.issuer}/device`, fields);
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('<!doctype html>')]);
    }
  });
});
