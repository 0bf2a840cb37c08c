import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, basic, errorIn, inTurns, obtainCode, placesOutside, post } from './hostile-requests.ts';

/**
 * Somebody wants a code sent to a place of their own by an address that looks like the registered one to a person, to a
 * prefix comparison, or to some URL parser.
 */
const REGISTERED = 'https://university.example/callback';

let provider: TestProvider;
let university: TestRelyingParty;
let honest: URL;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
  honest = new URL((await university.begin({ prompt: 'none' })).url);
});
afterAll(() => provider.close());

/** Every way to spell each part of the address, put together in every combination, and a few that fit no pattern. */
function spoiledUris(): string[] {
  const schemes = [
    'https://',
    'HTTPS://',
    'http://',
    'https:/',
    'https:',
    '//',
    '\\\\',
    'javascript://',
    'data:text/html,',
  ];
  const hosts = [
    'university.example',
    'UNIVERSITY.example',
    'university.example.',
    'university.example:443',
    'university.example:8443',
    'university.example:80@evil.example',
    'university.example@evil.example',
    'evil.example@university.example',
    'evil.example#university.example',
    'evil.example?university.example',
    'evil.example\\university.example',
    'evil.example\\@university.example',
    'evil.example%2f@university.example',
    'university.example%00.evil.example',
    'university.example%0d%0aLocation:%20https://evil.example',
    'university.example.evil.example',
    'xn--university-.example',
    'univers\u0131ty.example',
    'university\u3002example',
    'university\u00ad.example',
    'www.university.example',
    '*.example',
    '',
  ];
  const paths = [
    '/callback',
    '/callback/',
    '/Callback',
    '//callback',
    '/callback/..;/evil',
    '/callback/../evil',
    '/callback/%2e%2e/evil',
    '/callback/%252e%252e/evil',
    '/./callback',
    '/%63allback',
    '/callback%20',
    '/callback%0a',
    '/callback\t',
    '/callback;evil',
    '/callback%3f',
    '/callback\u200b',
    '/call\u0000back',
    '/callbac',
    '/callback*',
    '',
  ];
  const ends = [
    '',
    '?',
    '#',
    '?next=https://evil.example',
    '#@evil.example',
    '&redirect_uri=https://evil.example',
    ' ',
  ];
  const built = schemes.flatMap((scheme) =>
    hosts.flatMap((host) => paths.flatMap((path) => ends.map((end) => `${scheme}${host}${path}${end}`))),
  );
  const spaced = [' ', '\t', '\n', '\r\n', '\u00a0', '\ufeff'].flatMap((space) => [
    space + REGISTERED,
    REGISTERED + space,
  ]);
  const lone = [
    'javascript:alert(1)',
    'urn:ietf:wg:oauth:2.0:oob',
    'about:blank',
    'null',
    '/callback',
    'university.example/callback',
  ];
  return [...lone, ...spaced, ...thinned(built)].filter((uri) => uri !== REGISTERED);
}

/** All that differ from the registered address in one part, and every 11th of the rest. */
function thinned(uris: readonly string[]): string[] {
  const isNear = (uri: string) => uri.startsWith('https://university.example/') || uri.endsWith('/callback');
  return uris.filter((uri, index) => isNear(uri) || index % 11 === 0);
}

const authorize = (...redirectUris: string[]) => {
  const url = new URL(honest);
  url.searchParams.delete('redirect_uri');
  for (const uri of redirectUris) url.searchParams.append('redirect_uri', uri);
  return ask(url.href);
};

test('control: the registered address is answered at that address', async () => {
  const answer = await authorize(REGISTERED);
  expect(answer.headers.get('location')).toMatch(/^https:\/\/university\.example\/callback\?error=login_required&/);
});

test('thousands of other spellings are answered with a page and lead nowhere', { timeout: 60_000 }, async () => {
  const spoiled = spoiledUris();
  expect(spoiled.length).toBeGreaterThan(2500);
  await inTurns(spoiled, 32, async (uri) => {
    const answer = await authorize(uri);
    expect({ uri, status: answer.status, location: answer.headers.get('location') }).toEqual({
      uri,
      status: 400,
      location: null,
    });
    expect(placesOutside(answer.text), uri).toEqual([]);
  });
});

test('two addresses, none, or one in an array are refused', async () => {
  for (const uris of [
    [REGISTERED, 'https://evil.example/'],
    ['https://evil.example/', REGISTERED],
    [REGISTERED, REGISTERED],
    [],
  ]) {
    const answer = await authorize(...uris);
    expect([answer.status, answer.headers.get('location')], uris.join()).toEqual([400, null]);
  }
  const inArray = await ask(honest.href.replace('redirect_uri=', 'redirect_uri[]='));
  expect([inArray.status, inArray.headers.get('location')]).toEqual([400, null]);
});

test('a pushed request is held to the same address', async () => {
  const push = (uri: string) => {
    const fields = new URLSearchParams(honest.searchParams);
    fields.set('redirect_uri', uri);
    return post(`${provider.issuer}/par`, fields.toString(), basic('university'));
  };
  expect((await push(REGISTERED)).status).toBe(201);
  const sample = spoiledUris().filter((_, index) => index % 20 === 0);
  const answers = await inTurns(sample, 16, push);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  const answer = await ask(`${honest.href}&request_uri=urn:ietf:params:oauth:request_uri:made-up`);
  expect(answerIn(answer)?.host ?? 'page').not.toContain('evil');
});

test('a code is redeemed only with the address it was sent to', async () => {
  const spoil = [`${REGISTERED}/`, `${REGISTERED}?`, 'https://evil.example/callback', REGISTERED.toUpperCase(), ''];
  for (const uri of spoil) {
    const { fields } = await obtainCode(provider, university);
    const answer = await post(`${provider.issuer}/token`, { ...fields, redirect_uri: uri }, basic('university'));
    expect([answer.status, uri]).toEqual([400, uri]);
  }
  const { fields } = await obtainCode(provider, university);
  expect(errorIn(await post(`${provider.issuer}/token`, fields, basic('university')))).toBe('accepted');
});
