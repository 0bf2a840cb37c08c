import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiReply, type ApiService, createApiService, memberOf, textOf } from '#tests/support/api-service.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { createOpenApiChecks, type OpenApiDocument } from '#tests/support/open-api-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** A university's own program does everything that its staff do in the console, with tokens of this provider. */
let provider: TestProvider;
let dns: TestDns;
let document: OpenApiDocument;
let checks: ReturnType<typeof createOpenApiChecks>;
let service: ApiService;
let testEntry: string;
let live: string;

const REDIRECT = 'http://localhost:4000/callback';
const metadata = {
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
};
const name = { fa: 'سامانهٔ آموزش', en: 'Education system' };
const domain = 'university-of-the-api.ac.ir';

function check(reply: ApiReply): void {
  expect(checks.faultsOf(reply)).toEqual([]);
  expect(reply.headers.get('cache-control')).toBe('no-store');
}

beforeAll(async () => {
  dns = await startDns();
  provider = await startProvider({ stores: 'real', environment: { PANJEREH_DNS_SERVERS: dns.address } });
  document = Object(await (await fetch(`${provider.issuer}/api/openapi.json`)).json());
  checks = createOpenApiChecks(document);
  service = await createApiService(provider, { clientId: 'university', onReply: check });
});
afterAll(async () => {
  await provider.close();
  await dns.close();
});

const tagOf = async (clientId: string) =>
  (await service.call('GET', `/relying-parties/${clientId}`)).headers.get('etag') ?? '';

/** What an operator of the ministry does in the console. */
const approve = (id: string) =>
  provider.services.approvals.decide({ id, by: 'somebody-of-the-ministry', decision: 'approved', why: 'in order' });

test('the organisation reads who it is, and proves a domain', async () => {
  expect((await service.call('GET', '/organisation')).body).toMatchObject({ id: 'university', domains: [] });
  const claimed = await service.call('POST', '/organisation/domains', { body: { domain } });
  expect(claimed.status).toBe(201);
  const checkPath = `/organisation/domains/${domain}/checks`;
  expect((await service.call('POST', checkPath)).body).toMatchObject({ outcome: 'not-proven' });
  dns.publish(textOf(claimed, 'publish', 'dns', 'name'), textOf(claimed, 'publish', 'dns', 'value'));
  expect((await service.call('POST', checkPath)).body).toEqual({ outcome: 'proven', method: 'dns' });
  expect((await service.call('GET', '/organisation')).body).toMatchObject({ domains: [{ domain, method: 'dns' }] });
  expect((await service.call('POST', '/organisation/domains', { body: { domain: 'ir' } })).status).toBe(422);
});

test('an address is judged before it is registered, with its reasons', async () => {
  const judge = async (uri: string, environment = 'production') =>
    memberOf(await service.call('POST', '/uri-checks', { body: { uri, environment, kind: 'redirect' } }), 'findings');
  expect(await judge('https://elsewhere.ac.ir/callback')).toEqual([
    { reason: 'domain-not-proven', severity: 'error', detail: 'elsewhere.ac.ir' },
  ]);
  expect(await judge(' https://x.ac.ir/')).toEqual([{ reason: 'space', severity: 'error' }]);
  expect(await judge(REDIRECT, 'test')).toMatchObject([{ severity: 'warning' }]);
});

test('a test entry works at once, and its secret is shown once', async () => {
  const registered = await service.call('POST', '/relying-parties', {
    body: { name, metadata, environment: 'test', note: 'from the pipeline' },
  });
  expect(registered.status).toBe(201);
  testEntry = textOf(registered, 'relyingParty', 'clientId');
  expect(testEntry).toMatch(/^university-test-/);
  expect(registered.headers.get('location')).toBe(`/api/relying-parties/${testEntry}`);
  const secret = textOf(registered, 'secret', 'secret');
  expect(secret).toHaveLength(43);
  const read = await service.call('GET', `/relying-parties/${testEntry}`);
  expect(read.body).toMatchObject({ clientId: testEntry, state: 'active', revision: 1, metadata });
  expect(JSON.stringify(read.body)).not.toContain(secret);
  expect(read.headers.get('etag')).toBe('"1"');
});

test('a change names the revision it changes, and who comes too late is told', async () => {
  const path = `/relying-parties/${testEntry}`;
  const change = { name: { fa: 'سامانهٔ تازه', en: 'New system' }, note: 'a new name' };
  expect((await service.call('PATCH', path, { body: change })).status).toBe(428);
  expect((await service.call('PATCH', path, { body: change, headers: { 'if-match': '*' } })).status).toBe(428);
  const changed = await service.call('PATCH', path, { body: change, headers: { 'if-match': '"1"' } });
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
  const late = await service.call('PATCH', path, { body: change, headers: { 'if-match': '"1"' } });
  expect([late.status, late.headers.get('etag')]).toEqual([412, '"2"']);
});

test('every change is a revision, to be compared and restored', async () => {
  const path = `/relying-parties/${testEntry}`;
  const revisions = await service.call('GET', `${path}/revisions`);
  expect(revisions.body.items).toMatchObject([
    { revision: 2, by: 'client:university', note: 'a new name' },
    { revision: 1, by: 'client:university', note: 'from the pipeline' },
  ]);
  const differences = await service.call('GET', `${path}/differences?from=1&to=2`);
  expect(differences.body.items).toContainEqual({ path: 'name.en', before: name.en, after: 'New system' });
  expect((await service.call('GET', `${path}/differences?from=1&to=9`)).status).toBe(404);
  const restored = await service.call('POST', `${path}/revisions/1/restoration`, { headers: { 'if-match': '"2"' } });
  expect(restored.status).toBe(200);
  expect(memberOf(restored, 'relyingParty', 'name')).toEqual(name);
});

test('a second secret holds beside the first, a third does not, and one that leaked ends at once', async () => {
  const path = `/relying-parties/${testEntry}/secrets`;
  const issued = await service.call('POST', path, { body: { expiresAt: '2100-01-01T00:00:00+03:30' } });
  expect(issued.status).toBe(201);
  expect(issued.body).toMatchObject({ expiresAt: '2099-12-31T20:30:00.000Z' });
  expect((await service.call('POST', path, { body: {} })).body).toMatchObject({
    type: 'urn:panjereh:problem:two-secrets-already',
  });
  const ended = await service.call('DELETE', `${path}/${textOf(issued, 'id')}`);
  expect(ended.body).toEqual({ left: 1 });
  const listed = await service.call('GET', path);
  expect(listed.body.items).toHaveLength(2);
  expect(JSON.stringify(listed.body)).not.toContain(textOf(issued, 'secret'));
  expect((await service.call('POST', path, { body: { expiresAt: '2001-01-01T00:00:00Z' } })).status).toBe(422);
});

test('the list is paged, filtered and searched', async () => {
  const first = await service.call('GET', '/relying-parties?limit=1');
  expect(first.body.items).toHaveLength(1);
  const second = await service.call('GET', `/relying-parties?limit=1&after=${first.body.next}`);
  expect([first, second].map((page) => textOf(page, 'items', '0', 'clientId'))).toEqual(['university', testEntry]);
  expect(second.body.next).toBeUndefined();
  const found = await service.call('GET', `/relying-parties?search=${encodeURIComponent('آموزش')}`);
  expect(found.body.items).toMatchObject([{ clientId: testEntry }]);
});

test('an agreement is proposed, and the ministry decides about it', async () => {
  const path = `/relying-parties/${testEntry}/agreements`;
  const claim = {
    claim: 'given_name',
    purpose: { fa: 'نوشتن نام شما', en: 'To write your name' },
    required: true,
    legalBasis: 'consent',
    retentionDays: 365,
  };
  const terms = {
    claims: [claim],
    scopes: ['openid', 'profile'],
    from: '2020-01-01T00:00:00.000Z',
    until: '2100-01-01T00:00:00.000Z',
  };
  const proposed = await service.call('POST', path, { body: terms });
  expect([proposed.status, proposed.body]).toEqual([201, { version: 1 }]);
  expect((await service.call('GET', path)).body.items).toMatchObject([{ state: 'proposed', terms }]);
  const { agreements } = provider.services.registry;
  await agreements.approve({ clientId: testEntry, version: 1, by: 'somebody-of-the-ministry' });
  const read = await service.call('GET', `/relying-parties/${testEntry}`);
  expect(read.body).toMatchObject({ agreement: { state: 'in-force', version: 1 } });
  const refused = await service.call('POST', path, { body: { ...terms, scopes: ['no-such-scope'] } });
  expect(refused.body.errors).toEqual([{ pointer: '#/scopes', reason: 'unknown-scope no-such-scope' }]);
});

test('the acceptance is set up, begun and read by a pipeline', async () => {
  const path = `/relying-parties/${testEntry}/acceptance-`;
  expect((await service.call('POST', `${path}runs`)).status).toBe(409);
  const body = { startUrl: 'http://localhost:4000/login', signedInUrl: 'http://localhost:4000/' };
  expect((await service.call('POST', `${path}setup`, { body })).body).toEqual(body);
  const { status, body: run } = await service.call('POST', `${path}runs`);
  expect([status, (await service.call('GET', `${path}runs`)).body]).toMatchObject([202, { items: [{ id: run.id }] }]);
  expect((await service.call('GET', `${path}runs/${run.id}`)).body).toMatchObject({ id: run.id, clientId: testEntry });
});

describe('an entry in production', () => {
  const inProduction = { ...metadata, redirect_uris: [`https://sso.${domain}/callback`] };

  test('is registered, told what is missing, and let through by a second person', async () => {
    const registered = await service.call('POST', '/relying-parties', {
      body: { name, metadata: inProduction, environment: 'production', testedAs: testEntry },
    });
    expect(registered.status).toBe(201);
    live = textOf(registered, 'relyingParty', 'clientId');
    const missing = await service.call('GET', `/relying-parties/${live}/go-live`);
    expect(missing.body.missing).toEqual(expect.arrayContaining(['acceptance-green']));
    const tooEarly = await service.call('POST', `/relying-parties/${live}/go-live`);
    expect([tooEarly.status, tooEarly.body.missing]).toEqual([409, missing.body.missing]);
    // Acceptance has its own journey; here it is let through by the registry.
    await provider.services.registry.relyingParties.setState(live, 'active', { by: 'registry', note: '' });
  });

  test('is changed in what weakens it only when a second person agrees', async () => {
    const path = `/relying-parties/${live}`;
    const moved = { ...inProduction, redirect_uris: [`https://elsewhere.${domain}/callback`] };
    const asked = await service.call('PATCH', path, {
      body: { metadata: moved, note: 'we move' },
      headers: { 'if-match': await tagOf(live) },
    });
    expect(asked.status).toBe(202);
    expect(asked.body.reasons).toEqual(['redirect-to-another-place']);
    const id = textOf(asked, 'approval', 'id');
    expect(asked.headers.get('location')).toBe(`/api/approvals/${id}`);
    expect((await service.call('GET', `/approvals/${id}`)).body).toMatchObject({ state: 'waiting', subject: live });
    expect((await service.call('GET', path)).body).toMatchObject({ metadata: inProduction });
    expect(await approve(id)).toMatchObject({ outcome: 'done' });
    expect((await service.call('GET', path)).body).toMatchObject({ metadata: moved });
    expect((await service.call('GET', `/approvals/${id}`)).body).toMatchObject({ state: 'approved', why: 'in order' });
  });

  test('gets a new secret only after a second person allowed it, and the second person never sees it', async () => {
    const path = `/relying-parties/${live}/secrets`;
    const asked = await service.call('POST', path, { body: {} });
    expect([asked.status, asked.body.reasons]).toEqual([202, ['new-production-secret']]);
    await approve(textOf(asked, 'approval', 'id'));
    expect((await service.call('POST', path, { body: {} })).status).toBe(201);
  });

  test('is suspended at once by one, and resumed by two', async () => {
    const path = `/relying-parties/${live}`;
    const body = { why: 'its key was stolen' };
    expect((await service.call('POST', `${path}/resumption`, { body })).status).toBe(409);
    const suspended = await service.call('POST', `${path}/suspension`, { body });
    expect(memberOf(suspended, 'relyingParty', 'state')).toBe('suspended');
    const asked = await service.call('POST', `${path}/resumption`, { body: { why: 'it has another key' } });
    expect(asked.status).toBe(202);
    await approve(textOf(asked, 'approval', 'id'));
    expect((await service.call('GET', path)).body).toMatchObject({ state: 'active' });
  });
});

test('how it fares is read, and one failed sign-in by its reference', async () => {
  const wrong = new URLSearchParams({
    client_id: testEntry,
    response_type: 'code',
    redirect_uri: 'https://wrong.example/',
  });
  await fetch(`${provider.issuer}/auth?${wrong}`, { redirect: 'manual' });
  await provider.services.registry.healthGatherer.flush();
  const health = await service.call('GET', `/relying-parties/${testEntry}/health`);
  expect(health.body.errors).toMatchObject([{ reason: 'redirect-mismatch', count: 1 }]);
  const failures = await service.call('GET', `/relying-parties/${testEntry}/failures`);
  const reference = textOf(failures, 'items', '0', 'reference');
  const found = await service.call('GET', `/failures/${reference.toLowerCase()}`);
  expect(found.body).toMatchObject({ clientId: testEntry, reason: 'redirect-mismatch' });
  expect((await service.call('GET', '/failures/ABCDEFGHJK')).status).toBe(404);
});

test('has every operation that there is, and each was called in this file', () => {
  expect(checks.operations().filter((operation) => !checks.called.has(operation))).toEqual([]);
});
