import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutboundFetch } from '#platform/http/outbound.ts';
import { HONEST_CASES } from '#relying-parties/acceptance/token-cases.ts';
import { tryRelyingParty } from '#relying-parties/acceptance/try-relying-party.ts';
import { type Careless, setUp, startCareless, tryCases } from '#tests/support/acceptance.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/**
 * The runner of acceptance goes where universities say, from inside the ministry's network. Whoever registers a
 * service would have it look at something inside, at a stranger, or at the acceptance of somebody else.
 */
const INSIDE = [
  'https://10.0.0.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00::1]/',
  'https://192.168.1.1:8443/',
];

let provider: TestProvider;
let victim: Careless;
let attacker: string;
let isSentTo = '';
const server = createServer(({ url }, response) => {
  if (url === '/login') return response.writeHead(302, { location: isSentTo }).end();
  return response.end('nobody is signed in');
});
const honest = HONEST_CASES.filter(({ id }) => id === 'honest');

beforeAll(async () => {
  provider = await startProvider();
  victim = await startCareless(provider, { clientId: 'victim' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  attacker = `http://localhost:${(server.address() as AddressInfo).port}`;
  await provider.register({
    clientId: 'attacker',
    clientSecret: 'a-secret-of-an-attacker-of-more-than-32-characters',
    metadata: { redirect_uris: [`${attacker}/callback`], token_endpoint_auth_method: 'client_secret_basic' },
  });
  await setUp(provider, { clientId: 'attacker', url: attacker });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  victim.close();
  await provider.close();
});

/** The provider itself, what is inside, a stranger, and the acceptance of somebody else. */
const elsewhere = () => {
  const { issuerOf } = provider.services.acceptance.issuers;
  return [
    ...INSIDE,
    `${victim.url}/login`,
    `${issuerOf('victim')}/auth?client_id=victim`,
    `${issuerOf('attacker')}/../victim/auth`,
    `${provider.issuer}/logout`,
  ];
};

test('neither the start nor the page of a signed-in person is taken there, and their own are', async () => {
  const { setups } = provider.services.acceptance;
  const own = { startUrl: `${attacker}/login`, signedInUrl: `${attacker}/me` };
  const save = async (more: Partial<typeof own>) =>
    (await setups.save({ clientId: 'attacker', by: 'tests', setup: { ...own, ...more } })).outcome;
  for (const address of elsewhere()) {
    expect([address, await save({ startUrl: address })]).toEqual([address, 'refused']);
    expect([address, await save({ signedInUrl: address })]).toEqual([address, 'refused']);
  }
  expect(await save({})).toBe('saved');
});

test('a redirect there is noted by its host and not followed; the control: the journey that is allowed passes', async () => {
  const before = victim.requests.length;
  for (const address of elsewhere()) {
    isSentTo = address;
    const { results } = await tryCases(provider, 'attacker', honest);
    expect([address, results[0]]).toMatchObject([address, { verdict: 'failed', seen: 'start-leads-elsewhere' }]);
    expect(results[0]?.exchange.at(-1)?.answered).toBe('not asked');
  }
  expect(victim.requests).toHaveLength(before);
  const { results } = await tryCases(provider, 'victim', honest);
  expect(results).toMatchObject([{ verdict: 'passed', seen: 'signed-in' }]);
  expect(victim.requests.length).toBeGreaterThan(before);
});

test('an address inside that came past the form is refused by the way out', async () => {
  const fetch = createOutboundFetch({ allowPrivateAddresses: true, isBrowser: true });
  for (const address of INSIDE) {
    await expect(fetch(address)).rejects.toMatchObject({ reason: 'address-not-public' });
    const subject = {
      clientId: 'attacker',
      startUrl: address,
      signedInUrl: address,
      origins: new Set([new URL(address).origin]),
      redirectUris: [],
      hasBackChannelLogout: false,
      mayUseLoopback: true,
    };
    const { issuers: issuer } = provider.services.acceptance;
    const { signal } = new AbortController();
    const tried = await tryRelyingParty(subject, { issuer, fetch, signal, onResult: async () => undefined });
    expect(tried).toEqual({ outcome: 'broken', why: 'page-unreachable' });
  }
  expect((await fetch(`${victim.url}/healthz`)).status).toBe(200);
  await fetch.close();
});
