import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, inTurns, obtainCode, post } from './hostile-requests.ts';

/** Whatever is nearly a token, a cookie or a header is none. */
let provider: TestProvider;
let university: TestRelyingParty;
const browser = createBrowser();
const offline = { scope: 'openid profile offline_access', prompt: 'consent' };

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

/** Every beginning and every end of it, and the whole with something more or other. */
function spoiled(token: string): string[] {
  const cuts = Array.from({ length: token.length - 1 }, (_, at) => [
    token.slice(0, at + 1),
    token.slice(at + 1),
  ]).flat();
  const swapped = [0, 1, Math.floor(token.length / 2), token.length - 1].map((at) => {
    const other = token[at] === 'A' ? 'B' : 'A';
    return token.slice(0, at) + other + token.slice(at + 1);
  });
  const more = [`${token}=`, `${token}A`, `A${token}`, `${token}.`, `${token}%00`, token + token, `${token},${token}`];
  return [
    ...cuts,
    ...swapped,
    ...more,
    token.toUpperCase(),
    token.toLowerCase(),
    '*',
    '__proto__',
    'undefined',
    'null',
  ].filter((one) => one !== token);
}

const userinfo = (headers: Record<string, string>) => ask(`${provider.issuer}/userinfo`, { headers });
const token = (fields: Record<string, string>) => post(`${provider.issuer}/token`, fields, basic('university'));

test('of an access token nothing but the whole opens userinfo or is introspected as active', async () => {
  const { access_token: access } = await university.signIn({ browser });
  const answers = await inTurns(spoiled(access), 16, (one) => userinfo({ authorization: `Bearer ${one}` }));
  expect(new Set(answers.map(({ status }) => status === 200))).toEqual(new Set([false]));
  const introspect = (one: string) => post(`${provider.issuer}/introspect`, { token: one }, basic('university'));
  const known = await inTurns(spoiled(access), 16, introspect);
  expect(known.filter(({ body }) => body.active === true)).toEqual([]);
  expect((await userinfo({ authorization: `Bearer ${access}` })).status).toBe(200);
  expect((await introspect(access)).body.active).toBe(true);
});

test('of a code and a refresh token nothing but the whole is exchanged, and trying does not spend it', async () => {
  const { code, fields } = await obtainCode(provider, university, { browser, extra: offline });
  const codes = await inTurns(spoiled(code), 16, (one) => token({ ...fields, code: one }));
  expect(new Set(codes.map(errorIn))).toEqual(new Set(['invalid_grant']));
  const { body } = await token(fields);
  const refresh = String(body.refresh_token);
  const refreshed = await inTurns(spoiled(refresh), 16, (one) =>
    token({ grant_type: 'refresh_token', refresh_token: one }),
  );
  expect(new Set(refreshed.map(errorIn))).toEqual(new Set(['invalid_grant']));
  expect(errorIn(await token({ grant_type: 'refresh_token', refresh_token: refresh }))).toBe('accepted');
});

test('of a request_uri nothing less than the whole is known', async () => {
  const { url } = await university.begin({ prompt: 'none' }, { usePar: true });
  const whole = new URL(url).searchParams.get('request_uri') ?? '';
  const use = (one: string) =>
    ask(`${provider.issuer}/auth?client_id=university&request_uri=${encodeURIComponent(one)}`);
  const answers = await inTurns(
    spoiled(whole).filter((one) => !one.includes(whole)),
    16,
    use,
  );
  expect(answers.filter((answer) => answerIn(answer) !== undefined)).toEqual([]);
  expect(answerIn(await use(whole))?.searchParams.get('error')).toBe('login_required');
});

test('of a session cookie and its signature nothing but the whole is a session', async () => {
  await university.signIn({ browser });
  const cookies = browser.cookies.filter(
    ({ name }) => name.startsWith('panjereh') && name.replace('.sig', '') === 'panjereh',
  );
  const value = cookies.find(({ name }) => name === 'panjereh')?.value ?? '';
  const signature = cookies.find(({ name }) => name === 'panjereh.sig')?.value ?? '';
  expect(value.length).toBeGreaterThan(20);
  const { url } = await university.begin({ prompt: 'none' });
  const withCookie = async (cookie: string) => answerIn(await ask(url, { headers: { cookie } }))?.searchParams;
  const own = await withCookie(`panjereh=${value}; panjereh.sig=${signature}`);
  expect(own?.has('code')).toBe(true);
  const isCookieText = (one: string) => !/[,%]/.test(one);
  const forged = [
    ...spoiled(value)
      .filter(isCookieText)
      .map((one) => `panjereh=${one}; panjereh.sig=${signature}`),
    ...spoiled(signature)
      .filter(isCookieText)
      .map((one) => `panjereh=${value}; panjereh.sig=${one}`),
    `panjereh=${value}`,
    `panjereh=${value}; panjereh.sig=`,
    `panjereh=; panjereh.sig=${signature}`,
  ];
  const answers = await inTurns(forged, 16, withCookie);
  expect(answers.filter((parameters) => parameters?.has('code'))).toEqual([]);
});

describe('the Authorization header', () => {
  let access: string;
  beforeAll(async () => {
    access = (await university.signIn({ browser })).access_token;
  });

  test.each<[string, (token: string) => string]>([
    ['no scheme', (one) => one],
    ['a scheme alone', () => 'Bearer'],
    ['two spaces', (one) => `Bearer  ${one}`],
    ['a tab', (one) => `Bearer\t${one}`],
    ['no space', (one) => `Bearer${one}`],
    ['a colon', (one) => `Bearer: ${one}`],
    ['an equals sign', (one) => `Bearer=${one}`],
    ['quotes', (one) => `Bearer "${one}"`],
    ['a parameter', (one) => `Bearer token=${one}`],
    ['two tokens', (one) => `Bearer ${one} ${one}`],
    ['a list', (one) => `Bearer ${one}, Bearer ${one}`],
    ['another scheme first', (one) => `Basic x, Bearer ${one}`],
    ['the scheme Token', (one) => `Token ${one}`],
    ['the scheme DPoP', (one) => `DPoP ${one}`],
    ['the scheme MAC', (one) => `MAC ${one}`],
  ])('with %s is refused with a challenge', async (_what, write) => {
    const answer = await userinfo({ authorization: write(access) });
    expect([400, 401]).toContain(answer.status);
    expect(answer.body.sub).toBeUndefined();
    expect(answer.headers.get('www-authenticate')).toMatch(/^(?:Bearer|DPoP) realm=/);
  });

  test('control: Bearer, one space and the token is accepted', async () => {
    expect((await userinfo({ authorization: `Bearer ${access}` })).status).toBe(200);
  });

  test('a token in the address is refused, and so is one that comes twice', async () => {
    const url = `${provider.issuer}/userinfo`;
    const inAddress = await ask(`${url}?access_token=${access}`);
    const twice = await post(url, { access_token: access }, { authorization: `Bearer ${access}` });
    const both = await post(url, [
      ['access_token', access],
      ['access_token', access],
    ]);
    for (const answer of [inAddress, twice, both]) expect([400, 401]).toContain(answer.status);
  });

  test.each([
    ['no colon', Buffer.from('university').toString('base64')],
    ['no base64', `university:${SECRET}`],
    ['an empty secret', Buffer.from('university:').toString('base64')],
    ['a secret cut by one', Buffer.from(`university:${SECRET.slice(0, -1)}`).toString('base64')],
    ['a secret with one more', Buffer.from(`university:${SECRET}a`).toString('base64')],
    ['a NUL', Buffer.from(`university:${SECRET}\0`).toString('base64')],
    ['a broken escape', Buffer.from(`university:${SECRET}%zz`).toString('base64')],
    ['the name in capitals', Buffer.from(`UNIVERSITY:${SECRET}`).toString('base64')],
  ])('of a client with %s is refused', async (_what, credentials) => {
    const answer = await post(
      `${provider.issuer}/introspect`,
      { token: access },
      { authorization: `Basic ${credentials}` },
    );
    expect(['invalid_client', 'invalid_request']).toContain(errorIn(answer));
  });
});

test('a parameter that comes twice is refused at every endpoint', async () => {
  const { fields } = await obtainCode(provider, university, { browser });
  for (const name of Object.keys(fields)) {
    const twice: [string, string][] = [...Object.entries(fields), [name, fields[name] ?? '']];
    expect([name, errorIn(await post(`${provider.issuer}/token`, twice, basic('university')))]).toEqual([
      name,
      'invalid_request',
    ]);
  }
  const { url } = await university.begin({ prompt: 'none' });
  for (const name of ['scope', 'state', 'nonce', 'response_type', 'code_challenge', 'prompt', 'claims']) {
    const answer = answerIn(await ask(`${url}&${name}=x&${name}=y`));
    expect([name, answer?.searchParams.get('error') ?? 'page']).toEqual([
      name,
      expect.stringMatching(/invalid_request|page/),
    ]);
  }
  expect(errorIn(await token(fields))).toBe('accepted');
});
