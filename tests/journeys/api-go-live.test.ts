import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOutcome } from '#tests/support/acceptance-outcome.ts';
import { type ApiService, createApiService, textOf } from '#tests/support/api-service.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** The last step of a program into production: what it asked about goes live, and nothing else. */
const DOMAIN = 'live-by-the-api.ac.ir';
let provider: TestProvider;
let dns: TestDns;
let service: ApiService;
let live: string;

beforeAll(async () => {
  dns = await startDns();
  provider = await startProvider({ environment: { PANJEREH_DNS_SERVERS: dns.address } });
  service = await createApiService(provider, { clientId: 'university' });
  const person = { name: 'کیوان صالحی', email: `it@${DOMAIN}`, phone: '02161111111' };
  const contacts = (['technical', 'security'] as const).map((role) => ({ role, ...person }));
  const about = {
    id: 'university',
    name: { fa: 'دانشگاه', en: 'University' },
    kind: 'state',
    stage: 'connected',
  } as const;
  await provider.services.registry.organisations.save({ ...about, contacts });
  const claimed = await service.call('POST', '/organisation/domains', { body: { domain: DOMAIN } });
  dns.publish(textOf(claimed, 'publish', 'dns', 'name'), textOf(claimed, 'publish', 'dns', 'value'));
  await service.call('POST', `/organisation/domains/${DOMAIN}/checks`);
  const tested = await register({ environment: 'test' });
  await recordOutcome(provider, { clientId: tested, state: 'green' });
  live = await register({ environment: 'production', testedAs: tested });
});
afterAll(async () => {
  await provider.close();
  await dns.close();
});

async function register(about: object): Promise<string> {
  const metadata = {
    redirect_uris: [`https://portal.${DOMAIN}/callback`],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  const body = { name: { fa: 'سامانهٔ آموزش', en: 'Learning' }, metadata, ...about };
  return textOf(await service.call('POST', '/relying-parties', { body }), 'relyingParty', 'clientId');
}

async function propose(claim: string): Promise<void> {
  const purpose = { fa: 'نوشتن در پرونده', en: 'For our records' };
  const claims = [{ claim, purpose, required: true, legalBasis: 'public-task', retentionDays: 30 }];
  const body = { claims, scopes: ['openid', 'profile'] };
  expect((await service.call('POST', `/relying-parties/${live}/agreements`, { body })).status).toBe(201);
}

async function askToGoLive(): Promise<string> {
  const asked = await service.call('POST', `/relying-parties/${live}/go-live`);
  expect(asked.status).toBe(202);
  return textOf(asked, 'approval', 'id');
}

const approve = (id: string) =>
  provider.services.approvals.decide({ id, by: 'somebody-of-the-ministry', decision: 'approved', why: 'in order' });
const stateOf = async () => (await service.call('GET', `/relying-parties/${live}`)).body.state;

test('a program that asks again is told of the request that waits', async () => {
  await propose('family_name');
  const [once, again] = [await askToGoLive(), await askToGoLive()];
  expect(again).toBe(once);
  const about = { state: 'waiting', subject: live } as const;
  expect((await provider.services.approvals.list(about)).map(({ id }) => id)).toEqual([once]);
});

test('what was asked about goes live with one yes; what was proposed afterwards is asked for again', async () => {
  await propose('given_name');
  const before = await askToGoLive();
  await propose('national_code');
  const closed = (await service.call('GET', `/approvals/${before}`)).body;
  expect(closed).toMatchObject({ state: 'refused', why: 'changed-since' });
  expect(await approve(before)).toEqual({ outcome: 'overtaken' });
  expect(await stateOf()).toBe('not-live');
  expect(await approve(await askToGoLive())).toMatchObject({ outcome: 'done' });
  expect(await stateOf()).toBe('active');
});
