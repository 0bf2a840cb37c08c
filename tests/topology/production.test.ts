import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { Client } from 'pg';
import { Agent, fetch as fetchBy } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { waitUntil } from '#tests/support/processes.ts';
import { SECRET, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { mustSucceed, runProgram, type Site } from './instances.ts';
import type { Operator } from './operator.ts';
import { type Pair, startPair } from './pair.ts';

/** How long a change may take to be known everywhere. */
const SEEN_WITHIN = 5000;
/** An address of the loopback network that is no trusted proxy. */
const OUTSIDE = '127.0.0.2';
const LIE = '203.0.113.9';

let pair: Pair;
let site: Site;
let operator: Operator;
let university: TestRelyingParty;

beforeAll(async () => {
  pair = await startPair();
  ({ site, operator, university } = pair);
}, 120_000);
afterAll(() => pair?.close());

const at = (instance: 0 | 1) => pair.at(instance);

test('discovery through the proxy names the https issuer alone, and promises Strict-Transport-Security', async () => {
  const answer = await fetch(`${site.issuer}/.well-known/openid-configuration`);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ issuer: site.issuer });
  expect(text).not.toContain('http://');
  expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
});

test('metrics do not leave through the proxy', async () => {
  expect((await fetch(`${site.issuer}/metrics`)).status).toBe(404);
});

test('a sign-in over TLS works end to end, and every cookie is Secure and bound to the host', async () => {
  const browser = createBrowser();
  const tokens = await university.signIn({ browser });
  expect(tokens.claims()).toMatchObject({ iss: site.issuer, amr: ['pwd'] });
  expect(await oidc.fetchUserInfo(university.config, tokens.access_token, tokens.claims()?.sub ?? '')).toHaveProperty(
    'given_name',
  );
  expect(browser.cookies.length).toBeGreaterThanOrEqual(3);
  for (const { name, attributes, path } of browser.cookies) {
    expect(name).toMatch(path === '/' ? /^__Host-/ : /^__Secure-/);
    expect(attributes).toMatch(/secure/i);
    expect(attributes).toMatch(/httponly/i);
    expect(attributes).not.toMatch(/domain=/i);
  }
});

test.each([
  [0, 1],
  [1, 0],
] as const)(
  'a session is known and a code issued on instance %i, and redeemed on instance %i, once',
  async (issues, redeems) => {
    const browser = createBrowser();
    await university.signIn({ browser });
    const { url, verifier } = await university.begin();
    const issued = await fetch(url.replace(site.issuer, at(issues)), {
      redirect: 'manual',
      headers: { cookie: browser.cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
    });
    const callback = new URL(issued.headers.get('location') ?? '');
    expect(callback.href).toContain(university.redirectUri);
    const redeem = () =>
      fetch(`${at(redeems)}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`university:${SECRET}`)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: callback.searchParams.get('code') ?? '',
          redirect_uri: university.redirectUri,
          code_verifier: verifier,
        }),
      });
    expect((await redeem()).status).toBe(200);
    expect((await redeem()).status).toBe(400);
  },
);

test('X-Forwarded-For from outside is not believed; what the proxy itself saw is', async () => {
  expect(await networkSeen({ to: site.issuer, from: OUTSIDE })).toBe(OUTSIDE);
  // The control: the same words from the address of the proxy are believed, so it was the proxy that took them away.
  expect(await networkSeen({ to: at(0), from: '127.0.0.1' })).toBe(LIE);
});

test('an address that is no proxy of ours is taken for what it is, whatever it says', async () => {
  expect(await networkSeen({ to: at(1), from: OUTSIDE })).toBe(OUTSIDE);
});

/** The network that the audit names after a wrong password whose request lies about where it comes from. */
async function networkSeen({ to, from }: { to: string; from: string }): Promise<string> {
  const dispatcher = new Agent({ localAddress: from, connect: { family: 4, ca: pair.proxy.certificate } });
  const send = (url: URL, init: RequestInit) =>
    fetchBy(url, { ...init, dispatcher } as Parameters<typeof fetchBy>[1]) as unknown as Promise<Response>;
  const browser = createBrowser({ send });
  const { url } = await university.begin();
  const page = await browser.open(url.replace(site.issuer, to), { stayAt: to });
  const fields = { national_code: '6691000412', password: 'wrong' };
  const headers = { origin: site.issuer, 'x-forwarded-for': LIE, forwarded: `for=${LIE}` };
  const refused = await browser.submit(page, fields, { stayAt: to, headers });
  expect(refused.status).toBe(422);
  await dispatcher.close();

  const database = new Client({ connectionString: site.databaseUrl });
  await database.connect();
  const { rows } = await database.query(
    `select details->>'network' as network from audit_events where name = 'citizen.sign-in-refused' order by id desc limit 1`,
  );
  await database.end();
  return rows[0]?.network;
}

test('a suspended relying party is refused by both instances within five seconds, and welcome again after', async () => {
  const party = await operator.register('suspended-university');
  const { url } = await party.begin();
  const statusAt = async (instance: 0 | 1) =>
    (await fetch(url.replace(site.issuer, at(instance)), { redirect: 'manual' })).status;
  expect(await Promise.all([statusAt(0), statusAt(1)])).toEqual([303, 303]);
  await operator.services.registry.relyingParties.setState('suspended-university', 'suspended');
  await seenEverywhere(async (instance) => (await statusAt(instance)) === 400);
  await operator.services.registry.relyingParties.setState('suspended-university', 'active');
  await seenEverywhere(async (instance) => (await statusAt(instance)) === 303);
});

test('a locked citizen is refused by both instances within five seconds, tokens in hand or not', async () => {
  const tokens = await university.signIn({ citizen: 1 });
  const statusAt = async (instance: 0 | 1) => {
    const authorization = `Bearer ${tokens.access_token}`;
    return (await fetch(`${at(instance)}/userinfo`, { headers: { authorization } })).status;
  };
  expect(await Promise.all([statusAt(0), statusAt(1)])).toEqual([200, 200]);
  await operator.services.people.citizens.setState(operator.citizens[1]?.id ?? '', 'locked', 'tests');
  await seenEverywhere(async (instance) => (await statusAt(instance)) === 401);
});

test('a rotation by the command line is what both instances sign with within five seconds', async () => {
  const keys = (...args: string[]) => runProgram(['src/commands/keys.ts', ...args], site.environment);
  const before = await signsWith();
  await mustSucceed(keys('revoke', before, '--reason', 'test', '--by', 'one'));
  await mustSucceed(keys('approve', before, '--by', 'other'));
  await seenEverywhere(async (instance) => !(await publishedAt(instance)).includes(before));
  expect(await signsWith()).not.toBe(before);
  const [one, two] = await Promise.all([publishedAt(0), publishedAt(1)]);
  expect(one).toEqual(two);
});

async function signsWith(): Promise<string> {
  const { id_token = '' } = await university.signIn();
  return decodeProtectedHeader(id_token).kid ?? '';
}

async function publishedAt(instance: 0 | 1): Promise<string[]> {
  const { keys } = (await (await fetch(`${at(instance)}/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

async function seenEverywhere(isSeen: (instance: 0 | 1) => Promise<boolean>): Promise<void> {
  const options = { within: SEEN_WITHIN, what: 'an instance to learn of the change' };
  await Promise.all(([0, 1] as const).map((instance) => waitUntil(() => isSeen(instance), options)));
}
