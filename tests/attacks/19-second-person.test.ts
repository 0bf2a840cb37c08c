import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORGANISATION_ASKS } from '#console/approvals/console-acts.ts';
import { APPROVAL_ACTS, type ApprovalAct } from '#operators/approvals-store.ts';
import { systemClock } from '#platform/clock.ts';
import { recordOutcome } from '#tests/support/acceptance-outcome.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator, grantRole } from '#tests/support/console.ts';
import { askConsole, formTokenIn } from '#tests/support/console-walk.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

// Attack class 19: one person with every role asks for an act and approves it, with a form of their own making.
type Person = { citizenId: string; browser: Browser; csrf: string };
/** What is asked, about whom, and how the world tells that it was done. */
type Prepared = { subject: string; payload: unknown; isDone(): Promise<boolean> };

const DOMAIN = 'second-person.ac.ir';
let dns: TestDns;
let provider: TestProvider;
let asker: Person;
let another: Person;

beforeAll(async () => {
  dns = await startDns();
  provider = await startProvider({ environment: { PANJEREH_DNS_SERVERS: dns.address } });
  const staff = { role: 'university-staff', organisationId: 'go-live' } as const;
  const enter = async (citizen: number): Promise<Person> => {
    const roles = [{ role: 'ministry' }, { role: 'security' }, staff] as const;
    const { citizenId, ...of } = await createTestOperator(provider, { citizen, roles, clock: systemClock });
    const { browser, page } = await of.enter();
    return { citizenId, browser, csrf: formTokenIn(page.text) };
  };
  [asker, another] = [await enter(0), await enter(1)];
}, 60_000);
afterAll(async () => {
  await provider.close();
  await dns.close();
});

const METADATA = {
  redirect_uris: [`https://portal.${DOMAIN}/callback`],
  token_endpoint_auth_method: 'client_secret_basic',
};
const register = (clientId: string, state: 'active' | 'not-live' = 'active') =>
  provider.register({ clientId, clientSecret: SECRET, environment: 'production', state, metadata: METADATA });
const entry = (clientId: string) => provider.services.registry.relyingParties.find(clientId);
const rolesOf = async (citizenId: string) =>
  (await provider.services.console.operators.operatorsOf(citizenId)).map(({ role }) => role);
const citizen = (index: number) => provider.citizens[index]?.id ?? '';

/** An act that is new in the queue has no line here, and does not compile. */
const ACTS: Record<ApprovalAct, () => Promise<Prepared>> = {
  async 'connect-organisation'() {
    const { organisations } = provider.services.registry;
    await organisations.save({
      ...{ id: 'asks', name: { fa: 'دانشگاه تازه', en: 'Newcomers' }, kind: 'state', stage: 'requested' },
    });
    const isDone = async () => (await organisations.find('asks'))?.stage === 'in-technical-process';
    return { subject: 'asks', payload: ORGANISATION_ASKS, isDone };
  },
  async 'go-live'() {
    await makeReady('go-live');
    const payload = await provider.services.registry.goLive.whatGoesLive('go-live');
    return { subject: 'go-live', payload, isDone: async () => (await entry('go-live'))?.state === 'active' };
  },
  'change-production': () => change('change-production', { id_token_signed_response_alg: 'RS256' }),
  'weaken-security': () => change('weaken-security', { default_max_age: 86_400 }),
  async suspend() {
    await register('suspend');
    return { subject: 'suspend', payload: {}, isDone: async () => (await entry('suspend'))?.state === 'suspended' };
  },
  async resume() {
    await register('resume');
    const { registrations } = provider.services.registry;
    await registrations.suspend({ clientId: 'resume', by: 'tests', why: 'for the test' });
    return { subject: 'resume', payload: {}, isDone: async () => (await entry('resume'))?.state === 'active' };
  },
  async 'grant-operator'() {
    const payload = { citizenId: citizen(2), role: 'support' };
    return { subject: citizen(2), payload, isDone: async () => (await rolesOf(citizen(2))).includes('support') };
  },
  async 'revoke-operator'() {
    await grantRole(provider, { citizenId: citizen(3), role: 'auditor' });
    const payload = { citizenId: citizen(3), role: 'auditor' };
    return { subject: citizen(3), payload, isDone: async () => !(await rolesOf(citizen(3))).includes('auditor') };
  },
  async 'new-production-secret'() {
    await register('new-secret');
    const { isPermitted } = provider.services.registry.clientSecrets;
    return { subject: 'new-secret', payload: {}, isDone: () => isPermitted('new-secret') };
  },
  async 'connect-source'() {
    await provider.register({ clientId: 'source', clientSecret: SECRET, metadata: METADATA });
    const { claimsSources } = provider.services;
    const place = `http://localhost:4711`;
    const draft = { clientId: 'source', issuer: place, endpoint: `${place}/say`, jwksUri: `${place}/jwks` };
    const judged = await claimsSources.judge({ ...draft, claims: ['degree'], alg: 'ES256', state: 'active' });
    if (judged.outcome !== 'judged') throw new Error(JSON.stringify(judged));
    const isDone = async () => (await claimsSources.find('source')) !== undefined;
    return { subject: 'source', payload: { before: null, after: judged.source }, isDone };
  },
};

async function change(clientId: string, more: object): Promise<Prepared> {
  await register(clientId);
  const before = await entry(clientId);
  const expectedRevision = before?.revision ?? 0;
  const payload = { change: { metadata: { ...before?.metadata, ...more } }, expectedRevision, note: 'for the test' };
  return {
    subject: clientId,
    payload,
    isDone: async () => ((await entry(clientId))?.revision ?? 0) > expectedRevision,
  };
}

/** All that is missing is the yes. */
async function makeReady(clientId: string): Promise<void> {
  const { organisations, domainProofs, agreements } = provider.services.registry;
  await register(clientId, 'not-live');
  const organisation = await organisations.find(clientId);
  if (organisation === undefined) throw new Error('the organisation is not registered');
  const person = { name: 'کیوان صالحی', email: `it@${DOMAIN}`, phone: '02161111111' };
  const contacts = (['technical', 'security'] as const).map((role) => ({ role, ...person }));
  await organisations.save({ ...organisation, contacts });
  const about = { organisationId: clientId, domain: DOMAIN, by: 'tests' };
  const challenge = await domainProofs.challenge(about);
  if (challenge.outcome !== 'challenge') throw new Error(challenge.reason);
  dns.publish(challenge.dns.name, challenge.dns.value);
  await domainProofs.check(about);
  await recordOutcome(provider, { clientId, state: 'green' });
  const proposed = await agreements.propose({ by: 'tests', clientId, terms: { claims: [], scopes: ['openid'] } });
  expect(proposed.outcome).toBe('proposed');
}

async function approve(id: string, { browser, csrf }: Person): Promise<number> {
  const fields = { csrf, decision: 'approved', why: 'برای آزمون' };
  return (await askConsole(provider, `/console/approvals/${id}`, { method: 'POST', browser, fields })).status;
}

test.each(APPROVAL_ACTS)('%s is not done by whoever asked for it, and is by another person', async (act) => {
  const { subject, payload, isDone } = await ACTS[act]();
  expect(await isDone()).toBe(false);
  const asked = { act, subject, payload, askedBy: asker.citizenId, why: 'برای آزمون' };
  const { id } = await provider.services.approvals.ask(asked);
  const own = await asker.browser.open(`${provider.issuer}/console/approvals/${id}`);
  expect(own.text).toContain('You asked for this yourself');
  expect(own.text).not.toContain('value="approved"');

  expect(await approve(id, asker)).toBe(409);
  expect([await isDone(), (await provider.services.approvals.find(id))?.state]).toEqual([false, 'waiting']);
  expect(await approve(id, another)).toBe(303);
  expect([await isDone(), (await provider.services.approvals.find(id))?.state]).toEqual([true, 'approved']);
});

test('nor does whoever asked refuse it in order to have it over with', async () => {
  const asked = { act: 'suspend', subject: 'suspend', payload: {}, askedBy: asker.citizenId, why: 'x' } as const;
  const { id } = await provider.services.approvals.ask(asked);
  const fields = { csrf: asker.csrf, decision: 'refused', why: 'برای آزمون' };
  const sent = { method: 'POST', browser: asker.browser, fields };
  expect((await askConsole(provider, `/console/approvals/${id}`, sent)).status).toBe(409);
  expect((await provider.services.approvals.find(id))?.state).toBe('waiting');
});
