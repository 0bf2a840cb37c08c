import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_CITIZENS } from '#root/commands/demo-citizens.ts';
import { createBrowser, type Page } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitPaying } from '#tests/support/puzzle.ts';
import { createRelyingParty, SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Whether somebody, or some relying party, exists is told by no page, no status, no header and no side endpoint. */
let provider: TestProvider;
let university: TestRelyingParty;

beforeAll(async () => {
  provider = await startProvider({ environment: { PANJEREH_TRUSTED_PROXIES: '127.0.0.1 ::1' } });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const codeOf = (state: string) => DEMO_CITIZENS.find((citizen) => citizen.state === state)?.nationalCode ?? '';
/** Valid by its check digit, and nobody's. */
const NOBODY = '6691000412';

let networks = 0;
async function attempt(nationalCode: string, password: string, extra: Record<string, string> = {}): Promise<Page> {
  networks += 1;
  const headers = { 'x-forwarded-for': `192.0.2.${networks}` };
  const stayAt = provider.issuer;
  const browser = createBrowser();
  const page = await browser.open((await university.begin(extra)).url, { stayAt, headers });
  return browser.submit(page, { national_code: nationalCode, password }, { stayAt, headers });
}

/** What an onlooker can compare: everything but what is drawn by lot for each answer. */
function comparable({ status, headers, text }: Page, nationalCode: string) {
  const drawn = /^(?:date|x-request-id|etag|content-length|set-cookie)$/;
  return {
    status,
    cookies: headers.getSetCookie().map((line) => line.split('=', 1)[0]),
    headers: [...headers].filter(([name]) => !drawn.test(name)),
    length: text.length,
    text: text
      .replaceAll(nationalCode, 'CODE')
      .replaceAll(/[\w-]{43}/g, 'DRAWN')
      .replace(/\b[0-9A-Z]{10}\b/g, 'REFERENCE'),
  };
}

describe('a wrong password', () => {
  test.each(['active', 'locked', 'closed'])('for a citizen who is %s looks like one for nobody', async (state) => {
    const code = codeOf(state);
    expect(code).not.toBe('');
    const [theirs, nobodys] = [await attempt(code, 'wrong-password'), await attempt(NOBODY, 'wrong-password')];
    expect(comparable(theirs, code)).toEqual(comparable(nobodys, NOBODY));
    expect(theirs.status).toBe(422);
  });

  test('slows down after as many tries, and with the same words, whoever is asked for', async () => {
    const statuses = async (code: string, from: string) => {
      const headers = { 'x-forwarded-for': from };
      const stayAt = provider.issuer;
      const seen: number[] = [];
      for (let round = 0; round < 8; round += 1) {
        const browser = createBrowser();
        const page = await browser.open((await university.begin()).url, { stayAt, headers });
        const fields = { national_code: code, password: 'wrong-password' };
        seen.push((await submitPaying(browser, page, fields, { stayAt, headers })).status);
      }
      return seen;
    };
    const [theirs, nobodys] = [
      await statuses(provider.citizens[3]?.nationalCode ?? '', '198.51.100.1'),
      await statuses('0013542419', '198.51.100.2'),
    ];
    expect(theirs).toEqual(nobodys);
    expect(theirs.at(-1)).toBe(429);
  });

  test('control: the right password of a locked account looks different, so the comparison sees', async () => {
    const code = codeOf('locked');
    const [right, wrong] = [await attempt(code, provider.password), await attempt(code, 'wrong-password')];
    expect(comparable(right, code)).not.toEqual(comparable(wrong, code));
  });
});

test('a login_hint of somebody and of nobody lead to the same page', async () => {
  const open = async (hint: string) => {
    const { url } = await university.begin({ login_hint: hint });
    return comparable(await createBrowser().open(url, { stayAt: provider.issuer }), hint);
  };
  const code = provider.citizens[1]?.nationalCode ?? '';
  expect(await open(code)).toEqual(await open(NOBODY));
});

describe('side endpoints', () => {
  const post = async (path: string, body: Record<string, string>, clientId = 'university', secret = SECRET) => {
    const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    const init = { method: 'POST', headers: { authorization }, body: new URLSearchParams(body) };
    const answer = await fetch(`${provider.issuer}${path}`, init);
    return { status: answer.status, body: await answer.text() };
  };

  test.each(['/introspect', '/revoke'])(
    '%s says of a token of another client what it says of no token',
    async (path) => {
      const other = await createRelyingParty(provider, { clientId: `other-${path.slice(1)}` });
      const { access_token } = await other.signIn({ citizen: 1 });
      const foreign = await post(path, { token: access_token });
      expect(foreign).toEqual(await post(path, { token: 'A'.repeat(access_token.length) }));
      // Control: its own client is told more, or does more.
      const own = await post('/introspect', { token: access_token }, other.clientId);
      expect(own.body).toContain('"active":true');
    },
  );

  test.each(['/token', '/introspect', '/revoke', '/par'])(
    '%s says of a wrong secret what it says of no client',
    async (path) => {
      const body = { grant_type: 'client_credentials', token: 'x' };
      const wrong = await post(path, body, 'university', 'a-wrong-secret-of-more-than-32-characters');
      const nobody = await post(path, body, 'no-such-client', 'a-wrong-secret-of-more-than-32-characters');
      expect(wrong).toEqual(nobody);
      expect(wrong.status).toBe(401);
    },
  );

  test('a forged id_token_hint of anybody is refused alike', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const answers = [];
    for (const sub of [provider.citizens[0]?.id ?? '', 'nobody']) {
      const hint = `${part({ alg: 'ES256' })}.${part({ sub, iss: provider.issuer, aud: 'university' })}.${'A'.repeat(86)}`;
      const { url } = await university.begin({ prompt: 'none', id_token_hint: hint });
      const { leadsTo = '' } = await createBrowser().open(url, { stayAt: provider.issuer });
      answers.push([...new URL(leadsTo).searchParams].filter(([name]) => name !== 'state'));
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
