import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORGANISATION_KINDS, ORGANISATION_STAGES } from '#relying-parties/organisation.ts';
import { DEMO_CITIZENS } from '#root/commands/demo-citizens.ts';
import { DEMO_OPERATORS } from '#root/commands/demo-operators.ts';
import { seedDemo } from '#root/commands/seed-demo.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { readDemoPeople, welcome } from '../../demo/start/welcome.ts';

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
  await seedDemo(provider.services);
}, 120_000);
afterAll(() => provider.close());

test('the operators of the demo are active citizens of it, each has one role, and two are of the ministry', async () => {
  const active = DEMO_CITIZENS.flatMap(({ state, nationalCode }) => (state === 'active' ? [nationalCode] : []));
  for (const { nationalCode } of DEMO_OPERATORS) expect(active).toContain(nationalCode);
  const listed = await provider.services.console.operators.list();
  expect(listed.map(({ role }) => role).sort()).toEqual([
    'auditor',
    'ministry',
    'ministry',
    'security',
    'university-staff',
  ]);
});

test('a role that was taken away stays away at the next start', async () => {
  const { operators } = provider.services.console;
  const auditor = (await operators.list()).find(({ role }) => role === 'auditor');
  await operators.revoke({ citizenId: auditor?.citizenId ?? '', role: 'auditor', by: 'tests', why: 'for the test' });
  await seedDemo(provider.services);
  expect(await operators.list()).toHaveLength(DEMO_OPERATORS.length - 1);
});

test('the terminal says in both languages who they are and what the console wants', () => {
  const { dataFolder } = provider.services.settings;
  const people = readDemoPeople(`${dataFolder}/demo-people.json`);
  const said = welcome({ seconds: 1, people, database: 'embedded', redis: 'embedded', dataFolder });
  for (const { nationalCode } of DEMO_OPERATORS) expect(said.split(nationalCode)).toHaveLength(3);
  expect(said.split('/account/security/passkey')).toHaveLength(3);
});

test('150 institutions of every kind and at every stage are there, most of the state ones connected, and a second start adds none', async () => {
  const { organisations } = provider.services.registry;
  const listed = await organisations.list();
  expect(listed).toHaveLength(150);
  expect(new Set(listed.map(({ kind }) => kind)).size).toBe(ORGANISATION_KINDS.length);
  expect(new Set(listed.map(({ stage }) => stage)).size).toBe(ORGANISATION_STAGES.length);
  const state = listed.filter(({ kind }) => kind === 'state');
  const connected = state.filter(({ stage }) => stage === 'connected');
  expect(connected.length / state.length).toBeGreaterThan(0.9);
  await seedDemo(provider.services);
  expect(await organisations.list()).toEqual(listed);
});
