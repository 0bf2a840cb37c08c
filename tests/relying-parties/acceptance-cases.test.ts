import { describe, expect, test } from 'vitest';
import type { AcceptanceIssuer, Seen } from '#relying-parties/acceptance/acceptance-issuer.ts';
import type { Look, Trial } from '#relying-parties/acceptance/case.ts';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { CASES } from '#relying-parties/acceptance/cases.ts';
import { readPage } from '#relying-parties/acceptance/page-text.ts';
import { createPlaces } from '#relying-parties/acceptance/places.ts';
import { redactedAddress } from '#relying-parties/acceptance/redacted-address.ts';

/** A relying party whose answers are written down: for what no flow of ours carries. */
function trialWith({ look, seen }: { look: Look; seen: Partial<Seen> }): Trial {
  const noSeen: Seen = {
    authorizations: [],
    tokenRequests: 1,
    tokenRefusals: 0,
    userinfoRequests: 0,
    hadAtHash: false,
  };
  const page = {
    outcome: 'page',
    url: new URL('https://a.example/'),
    place: 'relying-party',
    status: 200,
    text: '',
  } as const;
  const arrival = { ...page, callback: { url: new URL('https://a.example/callback') } };
  const visitor = { open: async () => arrival };
  const sendLogout: AcceptanceIssuer['sendLogout'] = async () => ({ status: 400 });
  return {
    spoil: async () => undefined,
    seen: async () => ({ ...noSeen, ...seen }),
    newVisitor: () => visitor,
    signIn: async () => arrival,
    deliver: async () => arrival,
    lookAt: async () => look,
    honestShows: 'own',
    relyingParty: { redirectUris: [], hasBackChannelLogout: true, mayUseLoopback: false },
    sendLogout: () => sendLogout('a', undefined),
  };
}

const tryCase = (id: string, about: Parameters<typeof trialWith>[0]) =>
  CASES.find((one) => one.id === id)?.tries(trialWith(about));

test('there is one case for each name, in the order of the names', () => {
  expect(CASES.map(({ id }) => id)).toEqual(CASE_IDS);
});

describe('a hash of another access token', () => {
  test('fails whoever opens the page, where the flow carries one', async () => {
    const open = { kind: 'open', shows: 'own' } as const;
    expect(await tryCase('at-hash', { look: open, seen: { hadAtHash: true } })).toMatchObject({ verdict: 'failed' });
    const closed = { kind: 'closed' } as const;
    expect(await tryCase('at-hash', { look: closed, seen: { hadAtHash: true } })).toMatchObject({ verdict: 'passed' });
    expect(await tryCase('at-hash', { look: open, seen: {} })).toMatchObject({ verdict: 'not-applicable' });
  });
});

test('a closed page proves nothing when the spoiled token was never fetched', async () => {
  const judged = await tryCase('signature', { look: { kind: 'closed' }, seen: { tokenRequests: 0 } });
  expect(judged).toEqual({ verdict: 'not-tried', seen: 'token-not-asked-for' });
});

describe('where the browser of a run may go', () => {
  const places = createPlaces({
    issuer: 'https://sso.example/acceptance/uni',
    origins: new Set(['https://uni.example', 'https://sso.example']),
  });
  test.for([
    ['https://uni.example/anything?x#y', 'relying-party'],
    ['https://sso.example/acceptance/uni/auth', 'acceptance-issuer'],
    ['https://sso.example/acceptance/uni/../other/auth', 'elsewhere'],
    ['https://sso.example/acceptance/unicorn/auth', 'elsewhere'],
    ['https://sso.example/acceptance/uni/%2e%2e/%2e%2e/logout', 'elsewhere'],
    ['https://sso.example/logout', 'elsewhere'],
    ['https://uni.example@evil.example/', 'elsewhere'],
    ['https://a:b@uni.example/', 'elsewhere'],
    ['http://uni.example/', 'elsewhere'],
    ['https://uni.example:8443/', 'elsewhere'],
    ['https://uni.example.evil.example/', 'elsewhere'],
    ['javascript:alert(1)', 'elsewhere'],
    ['data:text/html,x', 'elsewhere'],
  ] as const)('%s is %s', ([address, place]) => {
    expect(places.placeOf(new URL(address))).toBe(place);
  });
});

test('an address in a report has names of parameters, and neither values nor parts that could be secret', () => {
  const secret = ['Zx9', 'kQ2v', 'W8mN', 'b4Rt', 'L0pS'].join('');
  const address = new URL(
    `https://uni.example/session/${secret}/me?code=${secret}&error=access_denied&state=1#${secret}`,
  );
  expect(redactedAddress(address)).toBe('https://uni.example/session/…/me?code&error=access_denied&state');
  expect(redactedAddress(new URL(`https://uni.example/?${secret}=1`))).toBe('https://uni.example/?…');
});

describe('a page goes on by itself', () => {
  test('by a refresh, and by a form that a script submits', () => {
    expect(readPage('<meta http-equiv="Refresh" content="0; url=/next">').goesOn).toEqual({ address: '/next' });
    const form = '<form method="post" action="/cb"><input name="code" value="a&amp;b"></form>';
    const fields = [{ name: 'code', value: 'a&b' }];
    expect(readPage(`${form}<script>document.forms[0].submit()</script>`).goesOn).toEqual({ address: '/cb', fields });
    expect(readPage(form).goesOn).toBeUndefined();
  });
  test('and its words are read without script and style', () => {
    expect(readPage('<style>x{}</style><p>Hello&nbsp;<b>you</b></p><script>secret()</script>').text).not.toMatch(
      /x\{|secret/,
    );
  });
});
