import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Browser, type Page, readForms } from '#tests/support/browser.ts';
import { createTestOperator, type OperatorRole } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/** A university is connected as a source of claims, changed and taken away, in the console alone. */
const ELSEWHERE = 'http://localhost:4900';
let provider: TestProvider;
let staff: Browser;
let ministry: Browser;
let security: Browser;
let auditor: Browser;
let clientId: string;
let place: string;
let made = 0;

beforeAll(async () => {
  provider = await startProvider();
  for (const id of ['other-university', ...NAMES]) await createRelyingParty(provider, { clientId: id });
  await provider.services.claimsSources.save(draftOf('other-university', ELSEWHERE), { by: 'tests' });
  const enter = async (citizen: number, roles: readonly OperatorRole[]) =>
    (await (await createTestOperator(provider, { citizen, roles, clock: systemClock })).enter()).browser;
  const own = NAMES.map((organisationId) => ({ role: 'university-staff', organisationId }) as const);
  staff = await enter(0, own);
  ministry = await enter(1, [{ role: 'ministry' }]);
  security = await enter(2, [{ role: 'security' }]);
  auditor = await enter(3, [{ role: 'auditor' }]);
}, 60_000);
afterAll(() => provider.close());

const NAMES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(
  (name) => `university-${name}`,
);
beforeEach(() => {
  clientId = NAMES[made] ?? '';
  place = `http://localhost:${5000 + made}`;
  made += 1;
});

const draftOf = (id: string, at: string) => {
  const places = { issuer: at, endpoint: `${at}/say`, jwksUri: `${at}/jwks` };
  return { clientId: id, ...places, claims: ['degree'], alg: 'ES256', state: 'active' } as const;
};
const path = () => `/console/relying-parties/${clientId}/source`;
const open = (browser: Browser, at: string) => browser.open(`${provider.issuer}${at}`, { stayAt: provider.issuer });

async function submit(browser: Browser, page: Page, action: string, fields: Record<string, string>): Promise<Page> {
  const form = readForms(page.text).findIndex((each) => each.action.endsWith(action));
  return browser.submit(page, fields, { form, stayAt: provider.issuer });
}

async function ask(fields: Record<string, string> = {}): Promise<Page> {
  const typed = { issuer: place, endpoint: `${place}/say`, claims: 'degree', algorithm: 'ES256', why: 'term begins' };
  const keys = { keys_from: 'jwks_uri', jwks_uri: `${place}/jwks` };
  return submit(staff, await open(staff, path()), '/source', { ...typed, ...keys, ...fields });
}

const listWaiting = () => provider.services.approvals.list({ state: 'waiting', subject: clientId });

async function approve(): Promise<Page> {
  const [waiting] = await listWaiting();
  const at = `/console/approvals/${waiting?.id}`;
  return submit(ministry, await open(ministry, at), at, { decision: 'approved', why: 'read' });
}

const believed = async () => (await provider.services.claimsSources.find(clientId))?.endpoint;

test('what staff ask for is believed once a second person has read it and said yes, and not before', async () => {
  expect((await ask()).text).toContain('This needs the approval of a second person');
  expect(await believed()).toBeUndefined();
  const [waiting] = await listWaiting();
  const read = await open(ministry, `/console/approvals/${waiting?.id}`);
  for (const said of [`${place}/say`, `${place}/jwks`, 'Highest degree', 'term begins'])
    expect(read.text).toContain(said);
  expect((await approve()).status).toBe(200);
  expect(await believed()).toBe(`${place}/say`);
  expect((await open(ministry, '/console/sources')).text).toContain(place);
  const acts = await provider.services.console.listOperatorActs({ act: 'claims-source.changed', limit: 1 });
  expect(acts[0]?.details).toMatchObject({ by: provider.citizens[0]?.id, act: 'active' });
});

test('a form with faults is shown again with each of them, and with what was typed', async () => {
  const page = await ask({ endpoint: `${place}/say?to=whom`, issuer: ELSEWHERE, claims: 'wages' });
  expect(page.status).toBe(422);
  for (const said of [
    'must have no query',
    'Another source has this name',
    'This value is not accepted',
    `${place}/say?to=whom`,
  ])
    expect(page.text).toContain(said);
  expect((await ask({ why: '' })).text).toContain('Write why');
  expect(await listWaiting()).toEqual([]);
});

test('a private key that was pasted is refused, kept nowhere and not sent back', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = privateKey.export({ format: 'jwk' });
  const refused = await ask({ keys_from: 'jwks', jwks: JSON.stringify(secret) });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('This is a private key');
  expect(refused.text).not.toContain(secret.d);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await ask({ keys_from: 'jwks', jwks: pem });
  await approve();
  const stored = await provider.services.claimsSources.findRegistered(clientId);
  expect(stored?.keys).toMatchObject({ set: { keys: [{ x: publicKey.export({ format: 'jwk' }).x }] } });
});

test('one person takes it away at once, whatever its addresses are worth by then; back it comes with two', async () => {
  await ask();
  await approve();
  await provider.services.database
    .withTables<{ claims_sources: { client_id: string; endpoint: string } }>()
    .updateTable('claims_sources')
    .set({ endpoint: 'https://no-longer-proven.example.ac.ir/say' })
    .where('client_id', '=', clientId)
    .execute();
  const page = await open(security, path());
  expect(readForms(page.text).some(({ action }) => action.endsWith('/source'))).toBe(false);
  expect((await submit(security, page, '/take-away', { take_away_why: 'lies' })).text).toContain(
    'The source is taken away',
  );
  expect(await believed()).toBeUndefined();
  await ask();
  expect(await believed()).toBeUndefined();
  await approve();
  expect(await believed()).toBe(`${place}/say`);
});

test('it is taken away for a reason, which auditors read', async () => {
  await ask();
  await approve();
  const refused = await submit(security, await open(security, path()), '/take-away', { take_away_why: ' ' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('<a href="#take_away_why">Write why.</a>');
  expect(await believed()).toBe(`${place}/say`);
  await submit(security, refused, '/take-away', { take_away_why: 'its key <i>was</i> seen' });
  expect(await believed()).toBeUndefined();
  const [act] = await provider.services.console.listOperatorActs({ act: 'claims-source.changed', limit: 1 });
  const by = provider.citizens[2]?.id;
  expect(act).toMatchObject({ clientId, details: { by, act: 'suspended', why: 'its key <i>was</i> seen' } });
  const told = await open(auditor, '/console/audit?act=claims-source.changed');
  expect(told.text).toContain('Reason:</span> <bdi>its key &lt;i&gt;was&lt;/i&gt; seen</bdi>');
});

test('a request that a taking away came before is closed and brings nothing back', async () => {
  await ask();
  await approve();
  await ask({ endpoint: `${place}/elsewhere` });
  const [waiting] = await listWaiting();
  await submit(staff, await open(staff, path()), '/take-away', { take_away_why: 'a mistake' });
  expect(await listWaiting()).toEqual([]);
  const late = { id: waiting?.id ?? '', by: 'second', decision: 'approved', why: 'late' } as const;
  expect(await provider.services.approvals.decide(late)).toEqual({ outcome: 'overtaken' });
  expect(await believed()).toBeUndefined();
});

test('of two that were asked for and are decided at once one is carried out, and a taking away is not undone', async () => {
  await ask();
  await ask({ endpoint: `${place}/elsewhere` });
  const { approvals, claimsSources } = provider.services;
  const yes = { by: 'second', decision: 'approved', why: 'read' } as const;
  const decided = await Promise.all((await listWaiting()).map(({ id }) => approvals.decide({ id, ...yes })));
  expect(decided.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  expect(await listWaiting()).toEqual([]);
  const before = await claimsSources.findRegistered(clientId);
  await claimsSources.takeAway(clientId, { by: 'tests', why: 'for the test' });
  const late = { by: 'tests', expected: before ?? null };
  expect(await claimsSources.save(draftOf(clientId, place), late)).toEqual({ outcome: 'changed-since' });
  expect(await believed()).toBeUndefined();
});

test('what waits for a second person is said, however much else of the organisation waits', async () => {
  await ask();
  const { approvals } = provider.services;
  const of = { act: 'resume', organisationId: clientId, askedBy: 'tests', why: 'term begins' } as const;
  for (let at = 0; at < 100; at += 1) await approvals.ask({ ...of, subject: `other-${at}`, payload: {} });
  expect((await open(staff, path())).text).toContain('A request waits for a second person');
  const [waiting] = await listWaiting();
  await approvals.decide({ id: waiting?.id ?? '', by: 'second', decision: 'refused', why: 'no' });
  expect((await open(staff, path())).text).not.toContain('A request waits for a second person');
});

test('of two that take one name in the same instant the second is told that it is taken', async () => {
  await createRelyingParty(provider, { clientId: 'namesake' });
  const save = (id: string) => provider.services.claimsSources.save(draftOf(id, place), { by: 'tests' });
  const saved = await Promise.all([clientId, 'namesake'].map(save));
  const taken = { outcome: 'refused', faults: [{ path: 'issuer', reason: 'taken' }] };
  expect(saved).toEqual(expect.arrayContaining([{ outcome: 'saved' }, taken]));
  expect(await save(saved[0]?.outcome === 'saved' ? 'namesake' : clientId)).toEqual(taken);
});

test('staff find theirs in the list and nobody else’s; the ministry finds all, and asks for none', async () => {
  await ask();
  await approve();
  const own = await open(staff, `/console/sources?organisation=${clientId}`);
  expect(own.text).toContain(place);
  expect(own.text).not.toContain(ELSEWHERE);
  expect((await open(staff, '/console/sources?organisation=other-university')).status).toBe(403);
  const all = await open(ministry, '/console/sources');
  expect([all.text.includes(place), all.text.includes(ELSEWHERE)]).toEqual([true, true]);
  const page = await open(ministry, path());
  expect(readForms(page.text).some(({ action }) => action.endsWith('/source'))).toBe(false);
});
