import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser, type Page, readForms } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { answerIn, ask, inTurns, placesOutside } from './hostile-requests.ts';

/** Somebody sends a citizen to us with an address of theirs somewhere in the request, and waits there. */
let provider: TestProvider;
let university: TestRelyingParty;

const REGISTERED = 'https://university.example/callback';
const AFTER_SIGN_OUT = 'https://university.example/signed-out';
const EVIL = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  '\thttps://evil.example',
];
const NAMES = [
  'next',
  'return_to',
  'returnTo',
  'redirect',
  'redirect_url',
  'url',
  'continue',
  'target_link_uri',
  'RelayState',
];

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
});
afterAll(() => provider.close());

const poisoned = (evil: string): Record<string, string> => Object.fromEntries(NAMES.map((name) => [name, evil]));

/** What this page can lead to, by redirect, link, form or refresh, outside of us. */
function exitsOf({ leadsTo, text, headers }: Page): string[] {
  const forms = readForms(text).map(({ action }) => action);
  return [
    leadsTo,
    headers.get('refresh') ?? undefined,
    ...placesOutside(text),
    ...forms.filter((to) => !/^\/[^/\\]/.test(to)),
  ].filter((to) => to !== undefined);
}

test.each(EVIL)('no step of a sign-in leads to %j', async (evil) => {
  const browser = createBrowser();
  const stayAt = provider.issuer;
  const extra = { ...poisoned(evil), state: evil, login_hint: evil, ui_locales: evil, nonce: evil };
  const headers = { referer: evil };
  const who = {
    national_code: provider.citizens[0]?.nationalCode ?? '',
    password: provider.password,
    ...poisoned(evil),
  };

  const signIn = await browser.open((await university.begin(extra)).url, { stayAt, headers });
  expect(exitsOf(signIn)).toEqual([]);
  const consent = await browser.submit(signIn, who, { stayAt });
  const pages = [signIn, consent];
  if (consent.leadsTo === undefined)
    pages.push(await browser.submit(consent, { decision: 'allow', ...poisoned(evil) }, { stayAt }));
  const exits = pages.flatMap(exitsOf);
  expect(exits).toHaveLength(1);
  expect(exits[0]).toMatch(/^https:\/\/university\.example\/callback\?code=/);
  expect(new URL(exits[0] ?? '').searchParams.get('state')).toBe(evil);
});

test('control: an exit is seen by this harness', () => {
  const headers = new Headers({ refresh: '0;url=https://evil.example/' });
  const text = '<a href="//evil.example">x</a><form action="https://evil.example/x" method="post"></form>';
  expect(exitsOf({ url: '', status: 200, headers, text }).length).toBeGreaterThanOrEqual(3);
});

test('refusing leads back to the registered address', async () => {
  const browser = createBrowser();
  const page = await browser.open((await university.begin(poisoned('https://evil.example/'))).url, {
    stayAt: provider.issuer,
  });
  const cancel = readForms(page.text).findIndex(({ action }) => action.endsWith('/cancel'));
  const left = await browser.submit(page, poisoned('https://evil.example/'), { stayAt: provider.issuer, form: cancel });
  expect(left.leadsTo).toMatch(/^https:\/\/university\.example\/callback\?error=access_denied/);
});

test('form_post posts to the registered address and nowhere else', async () => {
  const { url } = await university.begin({
    prompt: 'none',
    response_mode: 'form_post',
    ...poisoned('https://evil.example/'),
  });
  const honest = await ask(url);
  expect(readForms(honest.text).map(({ action }) => action)).toEqual([REGISTERED]);
  expect(honest.headers.get('content-security-policy')).toContain("form-action 'self' https://university.example;");

  const spoiled = new URL(url);
  spoiled.searchParams.set('redirect_uri', 'https://evil.example/callback');
  const refused = await ask(spoiled.href);
  expect([refused.status, readForms(refused.text), placesOutside(refused.text)]).toEqual([400, [], []]);
});

test('a response mode that we do not have is refused at the registered address', async () => {
  for (const mode of ['web_message', 'okta_post_message', 'fragment.jwt', 'https://evil.example']) {
    const answer = await ask((await university.begin({ response_mode: mode })).url);
    const to = answerIn(answer);
    expect(to === undefined || to.href.startsWith(`${REGISTERED}?error=`), mode).toBe(true);
    expect(placesOutside(answer.text)).toEqual(to === undefined ? [] : expect.anything());
  }
});

test('signing out leads to a registered address, or stays here', async () => {
  const browser = createBrowser();
  const { id_token: idToken = '' } = await university.signIn({ browser });
  const signOut = (postLogout: string, more: Record<string, string> = {}) => {
    const url = oidc.buildEndSessionUrl(university.config, { post_logout_redirect_uri: postLogout, ...more });
    return browser.open(url.href, { stayAt: provider.issuer });
  };
  const spoiled = [
    ...EVIL,
    `${AFTER_SIGN_OUT}/`,
    `${AFTER_SIGN_OUT}?x`,
    `${AFTER_SIGN_OUT}#x`,
    'https://university.example@evil.example/',
    REGISTERED,
  ];
  const answers = await inTurns(spoiled, 4, async (to) => [
    await signOut(to, { id_token_hint: idToken }),
    await signOut(to),
    await signOut(to, { id_token_hint: idToken, client_id: 'university', ...poisoned(to) }),
  ]);
  for (const page of answers.flat()) {
    expect(page.status).toBe(400);
    expect(exitsOf(page)).toEqual([]);
  }

  const asked = await signOut(AFTER_SIGN_OUT, { id_token_hint: idToken, state: 'https://evil.example/' });
  expect(exitsOf(asked)).toEqual([]);
  const done = await browser.submit(
    asked,
    { logout: 'yes', post_logout_redirect_uri: 'https://evil.example/', ...poisoned('https://evil.example/') },
    { stayAt: provider.issuer },
  );
  expect(done.leadsTo).toMatch(/^https:\/\/university\.example\/signed-out\?state=/);
});

test('no path of ours makes a link or redirect out of itself', async () => {
  const paths = [
    '//evil.example',
    '//evil.example/..',
    '/%2f%2fevil.example',
    '/\\evil.example',
    '/%5cevil.example',
    '/.//evil.example',
    '/;//evil.example',
  ];
  const beneath = [
    '',
    '/auth',
    '/sign-in',
    '/device',
    '/logout',
    '/assets',
    '/consent',
    '/account',
    '/board',
    '/console',
    '/api',
  ];
  for (const path of beneath.flatMap((own) => paths.map((evil) => own + evil))) {
    const answer = await ask(`${provider.issuer}${path}?ui_locales=en`);
    expect([path, answer.headers.get('location'), placesOutside(answer.text)]).toEqual([path, null, []]);
  }
});
