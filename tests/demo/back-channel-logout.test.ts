import { randomUUID } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import {
  CLIENT_ID,
  type Claims,
  LOGOUT_EVENT,
  newSigningKey,
  type SpoilingProvider,
  startSpoilingProvider,
} from './spoiling-provider.ts';
import { createBrowser, startUniversity, type UniversityUnderTest } from './university-under-test.ts';

let time = Date.UTC(2026, 10, 24);
const now = () => time;
let provider: SpoilingProvider;
let university: UniversityUnderTest;
let browser: ReturnType<typeof createBrowser>;

beforeAll(async () => {
  // openid-client reads the machine's clock, so the story begins at the machine's time.
  time = systemClock.now();
  provider = await startSpoilingProvider({ now });
  university = await startUniversity({ issuer: provider.issuer, now });
});

afterAll(async () => {
  await university.close();
  await provider.close();
});

beforeEach(async () => {
  browser = createBrowser();
  await browser.follow(`${university.url}/login`);
  expect(await isSignedIn()).toBe(true);
});

async function isSignedIn(): Promise<boolean> {
  return (await browser.visit(`${university.url}/me`)).status === 200;
}

function honestClaims(): Claims {
  const iat = Math.floor(time / 1000);
  return {
    iss: provider.issuer,
    aud: CLIENT_ID,
    sub: 'subject-1',
    sid: 'sid-1',
    iat,
    exp: iat + 120,
    jti: randomUUID(),
    events: { [LOGOUT_EVENT]: {} },
  };
}

const honestToken = (claims: Claims = {}): Promise<string> =>
  provider.sign({ ...honestClaims(), ...claims }, { typ: 'logout+jwt' });

async function deliver(token: string, headers: Record<string, string> = {}): Promise<number> {
  const body = new URLSearchParams({ logout_token: token });
  const response = await fetch(`${university.url}/backchannel-logout`, { method: 'POST', body, headers });
  expect(response.headers.get('cache-control')).toBe('no-store');
  return response.status;
}

describe('an honest logout token closes the signed-in page', () => {
  test('with sid and sub', async () => {
    expect(await deliver(await honestToken())).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });

  test('with sub alone', async () => {
    expect(await deliver(await honestToken({ sid: undefined }))).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });

  test('with sid alone', async () => {
    expect(await deliver(await honestToken({ sub: undefined }))).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });

  test('signed with a key that is newer than our copy of the key set', async () => {
    await provider.rotate();
    // The set may be fetched anew once a second; this waits for that second instead of guessing.
    await expect.poll(async () => deliver(await honestToken()), { timeout: 5000, interval: 200 }).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });
});

describe('a logout token about somebody else leaves the signed-in page open', () => {
  test.each([
    ['another sid', { sid: 'sid-2' }],
    ['another subject', { sub: 'subject-2', sid: undefined }],
    ['our sid with another subject', { sub: 'subject-2' }],
  ])('%s', async (_, claims) => {
    expect(await deliver(await honestToken(claims))).toBe(200);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('a spoiled logout token is answered with 400, and the signed-in page stays open', () => {
  const minutes = (count: number) => Math.floor(time / 1000) + count * 60;
  const spoiled: Record<string, () => Promise<string>> = {
    'one byte of the signature': async () => flipLast(await honestToken()),
    'signed with a key that is not published': () =>
      provider.sign(honestClaims(), { typ: 'logout+jwt', key: provider.foreignKey }),
    'signed with a foreign key under a published kid': async () => {
      const kid = JSON.parse(Buffer.from((await honestToken()).split('.')[0] ?? '', 'base64url').toString()).kid;
      return provider.sign(honestClaims(), { typ: 'logout+jwt', key: { ...(await newSigningKey()), kid } });
    },
    unsigned: async () => new UnsecuredJWT(honestClaims()).encode(),
    'another issuer': () => honestToken({ iss: 'https://evil.example' }),
    'our issuer with a slash added': () => honestToken({ iss: `${provider.issuer}/` }),
    'another audience': () => honestToken({ aud: 'demo-university-two' }),
    'no audience': () => honestToken({ aud: undefined }),
    'no iat': () => honestToken({ iat: undefined }),
    'issued an hour ago': () => honestToken({ iat: minutes(-60), exp: minutes(60) }),
    'issued an hour ahead': () => honestToken({ iat: minutes(60), exp: minutes(62) }),
    expired: () => honestToken({ iat: minutes(-5), exp: minutes(-3) }),
    'no exp': () => honestToken({ exp: undefined }),
    'no jti': () => honestToken({ jti: undefined }),
    'an empty jti': () => honestToken({ jti: '' }),
    'a nonce': () => honestToken({ nonce: 'nonce' }),
    'a nonce that is null': () => honestToken({ nonce: null }),
    'no events': () => honestToken({ events: undefined }),
    'events of another kind': () => honestToken({ events: { 'http://schemas.openid.net/event/other': {} } }),
    'an event that is no object': () => honestToken({ events: { [LOGOUT_EVENT]: true } }),
    'events as a list': () => honestToken({ events: [LOGOUT_EVENT] }),
    'neither sid nor sub': () => honestToken({ sid: undefined, sub: undefined }),
    'a sid that is no text': () => honestToken({ sid: 1 }),
    'the type of an ID token': () => provider.sign(honestClaims(), { typ: 'JWT' }),
    'no type': () => provider.sign(honestClaims()),
    'an ID token': () => provider.idToken(undefined),
    'no token at all': async () => '',
    'something that is no JWT': async () => 'x.y.z',
  };

  test.each(Object.entries(spoiled))('%s', async (_, make) => {
    expect(await deliver(await make())).toBe(400);
    expect(await isSignedIn()).toBe(true);
  });

  test('a jti that was used before', async () => {
    const first = await honestToken({ sid: 'sid-2' });
    const claims = JSON.parse(Buffer.from(first.split('.')[1] ?? '', 'base64url').toString());
    expect(await deliver(first)).toBe(200);
    expect(await deliver(first)).toBe(400);
    expect(await deliver(await honestToken({ jti: claims.jti }))).toBe(400);
    expect(await isSignedIn()).toBe(true);
  });

  test('one token delivered eight times at once is taken once', async () => {
    const token = await honestToken({ sid: 'sid-2' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(token)));
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
  });

  test('a token in JSON, or twice in one form', async () => {
    const token = await honestToken();
    const post = (body: string, type: string) =>
      fetch(`${university.url}/backchannel-logout`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post(JSON.stringify({ logout_token: token }), 'application/json')).status).toBe(400);
    const twice = `logout_token=${token}&logout_token=${token}`;
    expect((await post(twice, 'application/x-www-form-urlencoded')).status).toBe(400);
    expect(await isSignedIn()).toBe(true);
  });
});

/** Changes bits that count: the last character of a base64url text may hold unused ones. */
function flipLast(token: string): string {
  const at = token.length - 5;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}
