import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordOutcome } from '#tests/support/acceptance-outcome.ts';
import { type ApiService, createApiService, memberOf, textOf } from '#tests/support/api-service.ts';
import { startDns, type TestDns } from '#tests/support/dns-server.ts';
import { temporaryFolder } from '#tests/support/processes.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

/** The lines of docs/for-relying-parties.md as they are printed, in a shell of their own, against a running provider. */
const [token, pipeline] = [
  ...readFileSync('docs/for-relying-parties.md', 'utf8').matchAll(
    /<!-- api -->\n```sh\n([\s\S]*?)```\n<!-- end of api -->/g,
  ),
].map(([, lines = '']) => lines);
const domain = 'university-of-curl.ac.ir';
const name = { fa: 'سامانهٔ آموزش', en: 'Education system' };
let dns: TestDns;
let provider: TestProvider;
let service: ApiService;
/** A service that never answers, so that a run goes on until the test ends it. */
let silent: Server;
let testEntry: string;

beforeAll(async () => {
  dns = await startDns();
  silent = createServer(() => {}).listen(0, '127.0.0.1');
  provider = await startProvider({ environment: { PANJEREH_DNS_SERVERS: dns.address } });
  service = await createApiService(provider, { clientId: 'university' });
  const base = `http://localhost:${(silent.address() as AddressInfo).port}`;
  const registered = await service.call('POST', '/relying-parties', {
    body: { name, metadata: metadataAt(`${base}/callback`), environment: 'test' },
  });
  testEntry = textOf(registered, 'relyingParty', 'clientId');
  const body = { startUrl: `${base}/login`, signedInUrl: `${base}/me` };
  expect((await service.call('POST', `/relying-parties/${testEntry}/acceptance-setup`, { body })).status).toBe(200);
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await provider.close();
  await dns.close();
});

const metadataAt = (redirectUri: string) => ({
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
});

let folder: string;
beforeEach(async () => {
  folder = (await temporaryFolder('panjereh-curl-')).path;
});

/** What the shell said, and what it answered. */
async function runLines(lines: string | undefined): Promise<{ said: string; code: number }> {
  const env = { PATH: '/usr/bin:/bin', ISSUER: provider.issuer, CLIENT_ID: 'university', CLIENT_SECRET: SECRET };
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...env, TEST_ENTRY: testEntry }, timeout: 30_000 };
    execFile('sh', ['-c', lines ?? 'exit 99'], options, (error, stdout, stderr) =>
      resolve({ said: `${stdout}${stderr}`, code: Number(error?.code ?? 0) }),
    );
  });
}

test('a token is asked for and the entries are listed by the lines that the document prints', async () => {
  const { said, code } = await runLines(token);
  expect([code, JSON.parse(said)]).toMatchObject([0, { items: expect.arrayContaining([expect.anything()]) }]);
  expect(said).toContain(testEntry);
});

test('the same lines with another secret list nothing', async () => {
  const { said, code } = await runLines(token?.replace('$CLIENT_SECRET', 'another-secret'));
  expect(code).not.toBe(0);
  expect(said).not.toContain(testEntry);
});

test.each([
  ['green', 0],
  ['red', 1],
] as const)('the lines for a pipeline wait for the end of a run; %s ends them with %i', async (state, expected) => {
  const running = runLines(pipeline);
  await endTheRunAs(state);
  const { said, code } = await running;
  expect([said, code]).toEqual(['', expected]);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  expect(report).toMatchObject({ clientId: testEntry, state });
});

/** The runs themselves are tried elsewhere. */
async function endTheRunAs(state: 'green' | 'red'): Promise<void> {
  const runs = () => provider.services.acceptance.runs.listOf(testEntry);
  const underWay = async () => (await runs()).find((run) => run.state === 'running')?.id;
  await expect.poll(underWay, { timeout: 10_000 }).toBeDefined();
  await provider.services.database
    .withTables<{ acceptance_runs: { id: string; state: string; ended_at: Date } }>()
    .updateTable('acceptance_runs')
    .set({ state, ended_at: new Date(provider.services.clock.now()) })
    .where('id', '=', (await underWay()) ?? '')
    .execute();
}

describe('going live', () => {
  let live: string;
  const goLive = (method: 'GET' | 'POST') => service.call(method, `/relying-parties/${live}/go-live`);
  const stateOf = async () => textOf(await service.call('GET', `/relying-parties/${live}`), 'state');
  const decide = (id: string, by: string) =>
    provider.services.approvals.decide({ id, by, decision: 'approved', why: 'in order' });

  beforeAll(async () => {
    const { organisations } = provider.services.registry;
    const person = { name: 'کیوان صالحی', email: `it@${domain}`, phone: '02161111111' };
    const contacts = (['technical', 'security'] as const).map((role) => ({ role, ...person }));
    const university = await organisations.find('university');
    if (university === undefined) throw new Error('the university is not registered');
    await organisations.save({ ...university, contacts });
    const claimed = await service.call('POST', '/organisation/domains', { body: { domain } });
    dns.publish(textOf(claimed, 'publish', 'dns', 'name'), textOf(claimed, 'publish', 'dns', 'value'));
    await service.call('POST', `/organisation/domains/${domain}/checks`);
    const metadata = metadataAt(`https://sso.${domain}/callback`);
    const body = { name, metadata, environment: 'production', testedAs: testEntry };
    live = textOf(await service.call('POST', '/relying-parties', { body }), 'relyingParty', 'clientId');
    await recordOutcome(provider, { clientId: testEntry, state: 'green' });
  });

  test('is refused with what is missing, and with nothing missing it is answered 202 and waits for a second person', async () => {
    const early = await goLive('POST');
    expect([early.status, early.body.missing]).toEqual([409, ['agreement-proposed']]);
    const terms = { claims: [], scopes: ['openid'], from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' };
    expect((await service.call('POST', `/relying-parties/${live}/agreements`, { body: terms })).status).toBe(201);
    expect((await goLive('GET')).body).toEqual({ missing: [] });

    const asked = await goLive('POST');
    const id = textOf(asked, 'approval', 'id');
    expect([asked.status, asked.headers.get('location')]).toEqual([202, `/api/approvals/${id}`]);
    expect(memberOf(asked, 'reasons')).toEqual(['reaches-production']);
    expect(await decide(id, 'client:university')).toEqual({ outcome: 'same-person' });
    expect(await stateOf()).toBe('not-live');
    expect(await decide(id, 'somebody-of-the-ministry')).toMatchObject({ outcome: 'done' });
    expect(await stateOf()).toBe('active');
    expect((await service.call('GET', `/approvals/${id}`)).body).toMatchObject({ act: 'go-live', state: 'approved' });
    expect((await goLive('POST')).status).toBe(409);
  });
});
