import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { recordOutcome } from '#tests/support/acceptance-outcome.ts';
import type { Browser, Page } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

// Attack class 19: a yes that was given to something harmless is used for something else.
const DOMAIN = 'another-thing.ac.ir';
const ROOT = '/console/relying-parties';
let dns: TestDns;
let provider: TestProvider;
let staff: TestOperator;
let ministry: TestOperator;
let clientId: string;

beforeAll(async () => {
  dns = await startDns();
  provider = await startProvider({ environment: { PANJEREH_DNS_SERVERS: dns.address } });
  const clock = systemClock;
  const { organisations, domainProofs } = provider.services.registry;
  const person = { name: 'کیوان صالحی', email: 'it@another-thing.ac.ir', phone: '02161111111' };
  await organisations.save({
    ...{ id: 'newcomer', name: { fa: 'دانشگاه تازه', en: 'Newcomers' }, kind: 'state', stage: 'in-technical-process' },
    contacts: [
      { role: 'technical', ...person },
      { role: 'security', ...person },
    ],
  });
  const about = { organisationId: 'newcomer', domain: DOMAIN, by: 'tests' };
  const challenge = await domainProofs.challenge(about);
  if (challenge.outcome !== 'challenge') throw new Error(challenge.reason);
  dns.publish(challenge.dns.name, challenge.dns.value);
  expect(await domainProofs.check(about)).toMatchObject({ outcome: 'proven' });
  const roles = [{ role: 'university-staff', organisationId: 'newcomer' }] as const;
  staff = await createTestOperator(provider, { citizen: 0, roles, clock });
  ministry = await createTestOperator(provider, { citizen: 1, roles: [{ role: 'ministry' }], clock });
});
afterAll(async () => {
  await provider.close();
  await dns.close();
});

/** Ready to go live: all that is missing is the yes. */
beforeEach(async () => {
  const tested = await register({ environment: 'test' });
  await recordOutcome(provider, { clientId: tested, state: 'green' });
  clientId = await register({ environment: 'production', testedAs: tested });
  await propose('given_name');
});

const post = (browser: Browser, page: Page, path: string, fields: Record<string, string>) =>
  submitTo(browser, page, { path, fields, stayAt: provider.issuer });
const stateOf = async () => (await provider.services.registry.relyingParties.find(clientId))?.state;

const metadataAt = (host: string) => ({
  redirect_uris: [`https://${host}.${DOMAIN}/callback`],
  token_endpoint_auth_method: 'client_secret_basic',
});

async function register(about: { environment: 'test' | 'production'; testedAs?: string }): Promise<string> {
  const name = { fa: 'سامانهٔ آموزش', en: 'Learning' };
  const registered = await provider.services.registry.registrations.register({
    by: staff.citizenId,
    draft: { organisationId: 'newcomer', name, metadata: metadataAt('portal'), securityProfile: 'default', ...about },
  });
  if (registered.outcome !== 'changed') throw new Error(JSON.stringify(registered));
  return registered.relyingParty.clientId;
}

async function propose(claim: string): Promise<void> {
  const purpose = { fa: `برای ${claim}`, en: `so that ${claim} is known` };
  const claims = [{ claim, purpose, required: true, legalBasis: 'public-task', retentionDays: 30 }];
  const terms = { claims, scopes: ['openid', 'profile'] };
  const proposed = await provider.services.registry.agreements.propose({ by: staff.citizenId, clientId, terms });
  expect(proposed.outcome).toBe('proposed');
}

async function askToGoLive(): Promise<Page> {
  const { browser, page } = await staff.enter({ to: `${ROOT}/${clientId}/go-live` });
  return post(browser, page, '/go-live', { why: 'همه چیز آماده است' });
}

/** The page of the newest request about this service, as whoever decides has it before them. */
async function readRequest() {
  const waiting = await provider.services.console.approvals.list({ state: 'waiting', organisationId: 'newcomer' });
  const path = `/console/approvals/${waiting.find(({ subject }) => subject === clientId)?.id}`;
  const { browser, page } = await ministry.enter({ to: path });
  const approve = () => post(browser, page, path, { decision: 'approved', why: 'خواندم' });
  return { page, approve };
}

test('whoever opens a service to citizens reads the agreement that they approve with it, and where people are led', async () => {
  await askToGoLive();
  const { page, approve } = await readRequest();
  for (const said of ['so that given_name is known', `https://portal.${DOMAIN}/callback`, `href="${ROOT}/${clientId}"`])
    expect(page.text).toContain(said);
  expect((await approve()).status).toBe(200);
  expect(await stateOf()).toBe('active');
});

test('an agreement that was put in the place of the one that was asked about does not pass with it', async () => {
  await askToGoLive();
  const { approve } = await readRequest();
  await propose('national_code');
  const refused = await approve();
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('has changed since it was asked for');
  expect(await stateOf()).toBe('not-live');
  expect(await provider.services.registry.agreements.current(clientId)).toBeUndefined();
});

test('nor do addresses that changed meanwhile; asked again and read again, they pass', async () => {
  await askToGoLive();
  const { approve } = await readRequest();
  const { registrations } = provider.services.registry;
  const change = { metadata: metadataAt('elsewhere') };
  expect(await registrations.change({ by: staff.citizenId, clientId, note: '', change })).toMatchObject({
    outcome: 'changed',
  });
  expect((await approve()).status).toBe(409);
  expect(await stateOf()).toBe('not-live');

  await askToGoLive();
  const again = await readRequest();
  expect(again.page.text).toContain(`https://elsewhere.${DOMAIN}/callback`);
  expect((await again.approve()).status).toBe(200);
  expect(await stateOf()).toBe('active');
});

test('nor does what another instance changed a moment ago, of which this one has not heard', async () => {
  await askToGoLive();
  const { approve } = await readRequest();
  const { database, registry } = provider.services;
  const asked = await registry.goLive.whatGoesLive(clientId);
  await database
    .withTables<{ relying_parties: { client_id: string; revision: number } }>()
    .updateTable('relying_parties')
    .set(({ eb }) => ({ revision: eb('revision', '+', 1) }))
    .where('client_id', '=', clientId)
    .execute();
  // Whoever decided in the same moment, and so came past the queue that knows it.
  const late = { clientId, by: staff.citizenId, approvedBy: ministry.citizenId, asked };
  expect(await registry.goLive.goLive(late)).toEqual({ outcome: 'changed-since' });
  expect((await approve()).status).toBe(409);
  registry.relyingParties.forget(clientId);
  expect(await stateOf()).toBe('not-live');
});
