import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASE_IDS } from '#relying-parties/acceptance/case-ids.ts';
import { isUnderWay } from '#relying-parties/acceptance/run.ts';
import { endOf, runToEnd, setUp } from '#tests/support/acceptance.ts';
import { type DemoUniversity, startDemoUniversity } from '#tests/support/demo-university.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

let provider: TestProvider;
const universities: DemoUniversity[] = [];

beforeAll(async () => {
  provider = await startProvider({ logLevel: 'error' });
  for (const [clientId, method, more] of [
    ['demo-one', 'private_key_jwt', { 'acr-values': 'urn:panjereh:aal:2' }],
    ['demo-two', 'client_secret_basic', {}],
  ] as const) {
    const issuer = provider.services.acceptance.issuers.issuerOf(clientId);
    const university = await startDemoUniversity(provider, { clientId, method, issuer, more });
    universities.push(university);
    await setUp(provider, { clientId, url: university.url });
  }
});
afterAll(async () => {
  for (const university of universities) await university.close();
  await provider.close();
});

test('both demo universities, in processes of their own, pass every case', async () => {
  for (const clientId of ['demo-one', 'demo-two']) {
    const run = await runToEnd(provider, clientId);
    const others = run.results.filter(({ verdict }) => verdict !== 'passed');
    expect(others.map(({ caseId, verdict }) => [caseId, verdict])).toEqual([
      ['at-hash', 'not-applicable'],
      ...(clientId === 'demo-one' ? [] : [['acr-lower', 'not-applicable']]),
    ]);
    expect(run.results.map(({ caseId }) => caseId)).toEqual(CASE_IDS);
    expect(run.state).toBe('green');
    expect(await provider.services.acceptance.runs.isGreen(clientId)).toBe(true);
  }
}, 200_000);

test('two who ask at once get one run, and the history has it once', async () => {
  const { runs } = provider.services.acceptance;
  const before = (await runs.listOf('demo-two')).length;
  const asked = await Promise.all([1, 2, 3].map(() => runs.start({ clientId: 'demo-two', by: 'tests' })));
  expect(asked.map(({ outcome }) => outcome).sort()).toEqual(['started', 'under-way', 'under-way']);
  const ids = new Set(asked.map((started) => ('run' in started ? started.run.id : started.outcome)));
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  expect(isUnderWay(await endOf(provider, id))).toBe(false);
  expect(await runs.listOf('demo-two')).toHaveLength(before + 1);
}, 120_000);

test('a change of what is registered takes the green away, and a change of the name does not', async () => {
  const { registry, acceptance } = provider.services;
  const renamed = { fa: 'نام دیگر', en: 'Another name' };
  await registry.registrations.change({ clientId: 'demo-two', by: 'tests', note: '', change: { name: renamed } });
  expect((await registry.relyingParties.find('demo-two'))?.name).toEqual(renamed);
  expect(await acceptance.runs.isGreen('demo-two')).toBe(true);
  const { metadata } = (await registry.relyingParties.find('demo-two')) ?? {};
  const changed = { ...metadata, default_max_age: 60 };
  await registry.registrations.change({ clientId: 'demo-two', by: 'tests', note: '', change: { metadata: changed } });
  expect(await acceptance.runs.isGreen('demo-two')).toBe(false);
});

test('who asks too often is told to wait, and who has said nothing about pages cannot ask', async () => {
  const { runs } = provider.services.acceptance;
  expect(await runs.start({ clientId: 'unknown', by: 'tests' })).toEqual({ outcome: 'not-found' });
  await provider.register({
    clientId: 'silent',
    clientSecret: 'a-secret-of-a-silent-service-of-more-than-32-characters',
    metadata: { redirect_uris: ['https://silent.example/callback'], token_endpoint_auth_method: 'client_secret_basic' },
  });
  expect(await runs.start({ clientId: 'silent', by: 'tests' })).toEqual({ outcome: 'no-setup' });
  await setUp(provider, { clientId: 'silent', url: 'https://silent.example' });
  for (let asked = 0; asked < 3; asked += 1) await runToEnd(provider, 'silent');
  expect(await runs.start({ clientId: 'silent', by: 'tests' })).toMatchObject({ outcome: 'too-many' });
}, 60_000);
