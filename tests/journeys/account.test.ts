import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '#tests/support/browser.ts';
import { type LogoutReceiver, startLogoutReceiver } from '#tests/support/logout-receiver.ts';
import { addressOf, realStores, startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, errorOf, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { faultOf } from '../../demo/check-ledger-proof.ts';

/** A citizen's own pages, on two instances: what is taken back on one is gone on the other. */
let provider: TestProvider;
let other: TestProvider;
let receiver: LogoutReceiver;
let university: TestRelyingParty;

beforeAll(async () => {
  const stores = await realStores();
  provider = await startProvider({ stores });
  const { keysFolder } = provider.services.settings;
  other = await startProvider({
    stores,
    folder: keysFolder.replace(/\/keys$/, ''),
    issuer: provider.issuer,
  });
  receiver = await startLogoutReceiver();
  university = await createRelyingParty(provider, {
    clientId: 'university',
    metadata: { backchannel_logout_uri: receiver.uri },
  });
});
afterAll(async () => {
  receiver.close();
  await other.close();
  await provider.close();
});

const at = (path: string) => `${provider.issuer}${path}`;
const onOther = (path: string) => `${addressOf(other)}${path}`;
const SCOPES = { scope: 'openid profile phone offline_access', prompt: 'consent' };

async function signedIn(
  citizen: number,
): Promise<{ browser: Browser; tokens: Awaited<ReturnType<TestRelyingParty['signIn']>> }> {
  const browser = createBrowser();
  const tokens = await university.signIn({ browser, citizen, extra: SCOPES });
  await provider.services.auditStore.flush();
  return { browser, tokens };
}

const formFor = (page: Page, action: string) =>
  [...page.text.matchAll(/<form\b[^>]*action="([^"]*)"/g)].findIndex(([, found]) => found === action);

const userinfo = async (base: string, token: string) =>
  (await fetch(base, { headers: { authorization: `Bearer ${token}` } })).status;

describe('connected services', () => {
  test('what a citizen takes back is dead at once at userinfo, refresh, introspection and sign-on, on every instance', async () => {
    const { browser, tokens } = await signedIn(0);
    // The control: before it is taken back, all of it works, on both instances.
    expect(await userinfo(at('/userinfo'), tokens.access_token)).toBe(200);
    expect(await userinfo(onOther('/userinfo'), tokens.access_token)).toBe(200);
    expect((await oidc.tokenIntrospection(university.config, tokens.access_token)).active).toBe(true);

    const page = await browser.open(at('/account/services'));
    expect(page.text).toContain('Service university');
    const told = receiver.tokens.length;
    const after = await browser.submit(page, { service: 'university' }, { form: formFor(page, '/account/services') });
    expect(after.text).toContain('You have taken it back');
    expect(after.text).not.toContain('value="university"');

    expect(await userinfo(at('/userinfo'), tokens.access_token)).toBe(401);
    expect(await userinfo(onOther('/userinfo'), tokens.access_token)).toBe(401);
    expect((await oidc.tokenIntrospection(university.config, tokens.access_token)).active).toBe(false);
    expect(await errorOf(oidc.refreshTokenGrant(university.config, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    const { url } = await university.begin();
    expect((await browser.open(url, { stayAt: provider.issuer })).url).toContain('/consent/');
    await expect.poll(() => receiver.tokens.length, { timeout: 5000 }).toBeGreaterThan(told);
  });

  test('taking back what was never given changes nothing and is no error', async () => {
    const { browser, tokens } = await signedIn(1);
    const page = await browser.open(at('/account/services'));
    await browser.submit(page, { service: 'nobody' }, { form: formFor(page, '/account/services') });
    expect(await userinfo(at('/userinfo'), tokens.access_token)).toBe(200);
  });
});

describe('activity', () => {
  test('a sign-in, a consent and every release of a claim stand in it, in words and as a file', async () => {
    const { browser, tokens } = await signedIn(2);
    await oidc.fetchUserInfo(university.config, tokens.access_token, tokens.claims()?.sub ?? '');
    await provider.services.auditStore.flush();
    const { text } = await browser.open(at('/account/activity'));
    expect(text).toContain('You signed in.');
    expect(text).toMatch(/Service university<\/bdi> received: [^<]*Given name/i);
    const only = await browser.open(at('/account/activity?kind=services'));
    expect(only.text).not.toContain('You signed in.');
    const file = JSON.parse((await browser.open(at('/account/activity.json'))).text);
    expect(file.map(({ event }: { event: string }) => event)).toContain('claims.released');
    expect(JSON.stringify(file)).not.toContain(provider.citizens[2]?.nationalCode);
  });

  test('what an ID token tells stands in it as well, and can be reported like any other line', async () => {
    const browser = createBrowser();
    const claims = JSON.stringify({ id_token: { family_name: null } });
    const tokens = await university.signIn({ browser, citizen: 2, extra: { ...SCOPES, claims } });
    expect(tokens.claims()?.family_name).toBe(provider.citizens[2]?.familyName);
    const opened = () => browser.open(at('/account/activity?kind=services'));
    await expect
      .poll(async () => (await opened()).text)
      .toContain('As you signed in, with your permission, within version 1 of the agreement.');
    const page = await opened();
    const [line] = await provider.services.auditStore.listOf(provider.citizens[2]?.id ?? '', {
      limit: 1,
      names: ['claims.released'],
    });
    expect(line?.details).toMatchObject({ by: 'id-token', claims: 'family_name', basis: 'consent', agreement: 1 });
    expect(page.text).toContain(`name="event" value="${line?.id}"`);
  });

  test('older lines come page by page, each once; a cursor that was forged or is another citizen’s is refused', async () => {
    const { browser } = await signedIn(2);
    const citizenId = provider.citizens[2]?.id ?? '';
    for (let index = 0; index < 45; index += 1)
      await provider.services.audit.citizenSignedIn({
        citizenId,
        acr: 'x',
        sharedComputer: false,
        network: `n-${index}-`,
      });
    const networks: string[] = [];
    let next: string | undefined = '/account/activity?kind=sign-ins';
    while (next !== undefined) {
      const page: Page = await browser.open(at(next));
      networks.push(...[...page.text.matchAll(/n-\d+-/g)].map(([found]) => found));
      next = /href="([^"]*)" rel="next"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(networks).toHaveLength(45);
    expect(new Set(networks).size).toBe(45);

    const first = await browser.open(at('/account/activity'));
    const cursor = /before=([^"&]*)" rel="next"/.exec(first.text)?.[1] ?? '';
    expect((await browser.open(at(`/account/activity?before=${cursor}`))).status).toBe(200);
    for (const forged of [
      '1',
      `${Number.parseInt(cursor, 10) - 1}.${cursor.split('.')[1]}`,
      `${cursor}x`,
      "1' or 1=1--",
    ])
      expect((await browser.open(at(`/account/activity?before=${encodeURIComponent(forged)}`))).status).toBe(400);
    const stranger = await signedIn(3);
    expect((await stranger.browser.open(at(`/account/activity?before=${cursor}`))).status).toBe(400);
  });

  test('a citizen takes home a proof of a line, and none of anybody else’s', async () => {
    const { browser } = await signedIn(3);
    const page = await browser.open(at('/account/activity'));
    const path = /href="(\/account\/activity\/\d+\/proof)"/.exec(page.text)?.[1] ?? '';
    expect((await browser.open(at(path))).status).toBe(503);
    while ((await provider.services.ledger.seal()) !== undefined);
    const proof = await browser.open(at(path));
    expect(proof.headers.get('content-disposition')).toContain('attachment');
    expect(faultOf(JSON.parse(proof.text))).toBeUndefined();
    const stranger = await signedIn(1);
    expect((await stranger.browser.open(at(path))).status).toBe(404);
    expect((await createBrowser().open(at(path))).url).toContain('/sign-in/');
  });
});

describe('“this was not me”', () => {
  test('it ends every session and token of the citizen, asks for a new password, and tells those who look after security', async () => {
    const { browser, tokens } = await signedIn(1);
    const thief = await signedIn(1);
    const bystander = await signedIn(0);
    const { rememberedDevices } = provider.services.people;
    const [reporter = '', neighbour = ''] = [1, 0].map((index) => provider.citizens[index]?.id);
    for (const citizenId of [reporter, neighbour])
      await rememberedDevices.remember({ citizenId, userAgent: 'a browser', network: 'home' });
    const page = await browser.open(at('/account/activity'));
    const event = /name="event" value="(\d+)"/.exec(page.text)?.[1];
    const done = await browser.submit(page, { event }, { form: formFor(page, '/account/not-me') });
    expect(done.text).toContain('You are signed out everywhere');

    for (const token of [tokens.access_token, thief.tokens.access_token]) {
      expect(await userinfo(at('/userinfo'), token)).toBe(401);
      expect(await userinfo(onOther('/userinfo'), token)).toBe(401);
    }
    expect(await errorOf(oidc.refreshTokenGrant(university.config, thief.tokens.refresh_token ?? ''))).toBe(
      'invalid_grant',
    );
    expect((await thief.browser.open(at('/account'))).url).toContain('/sign-in/');
    const citizen = await provider.services.people.citizens.findById(provider.citizens[1]?.id ?? '');
    expect(citizen?.state).toBe('must-change-password');
    expect(await provider.services.people.incidents.list({ states: ['waiting'], limit: 9 })).toMatchObject([
      { eventId: Number(event) },
    ]);
    expect(await rememberedDevices.list(reporter)).toEqual([]);
    // The control: nobody else is touched.
    expect(await rememberedDevices.list(neighbour)).toHaveLength(1);
    expect(await userinfo(at('/userinfo'), bystander.tokens.access_token)).toBe(200);
  });

  test('a line of somebody else cannot be reported, and nothing happens', async () => {
    const victim = await signedIn(0);
    const line = (await provider.services.auditStore.listOf(provider.citizens[0]?.id ?? '', { limit: 1 }))[0]?.id;
    const { browser } = await signedIn(3);
    const page = await browser.open(at('/account/activity'));
    const refused = await browser.submit(page, { event: line }, { form: formFor(page, '/account/not-me') });
    expect(refused.status).toBe(404);
    expect(await userinfo(at('/userinfo'), victim.tokens.access_token)).toBe(200);
  });
});

test.each(['/account/services', '/account/not-me', '/account/sessions'])(
  'a form that another site posts to %s is refused, and one without our token too',
  async (path) => {
    const { browser, tokens } = await signedIn(3);
    const cookie = browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const page = await browser.open(at(path === '/account/not-me' ? '/account/activity' : path));
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
    const post = (headers: Record<string, string>, fields: Record<string, string>) =>
      fetch(at(path), {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, ...headers },
        body: new URLSearchParams(fields),
      });
    const fields = { service: 'university', event: '1', all: 'yes' };
    expect((await post({ 'sec-fetch-site': 'cross-site' }, { ...fields, csrf })).status).toBe(403);
    expect((await post({ origin: 'https://evil.example' }, { ...fields, csrf })).status).toBe(403);
    expect((await post({}, fields)).status).toBe(403);
    expect(await userinfo(at('/userinfo'), tokens.access_token)).toBe(200);
    // The control: the page's own form is let through.
    expect((await post({ 'sec-fetch-site': 'same-origin' }, { ...fields, csrf })).status).not.toBe(403);
  },
);
