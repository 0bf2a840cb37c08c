import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type ApiService, createApiService, textOf } from '#tests/support/api-service.ts';
import { createTestOperator, type OperatorRole } from '#tests/support/console.ts';
import { askConsole, formTokenIn } from '#tests/support/console-walk.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';

// Attack class 19: a request asked for by a program is answered by whoever holds the program's secret, because the asker
// that is written down is the program and not the person.
const LIVE = 'live-service';
const STAFF = { role: 'university-staff', organisationId: 'university' } as const;
let provider: TestProvider;
let service: ApiService;

beforeAll(async () => {
  provider = await startProvider();
  service = await createApiService(provider, { clientId: 'university' });
  await provider.register({
    ...{ clientId: LIVE, clientSecret: SECRET, organisationId: 'university', environment: 'production' },
    metadata: {
      redirect_uris: ['https://portal.example.ac.ir/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  });
});
afterAll(() => provider.close());

async function askByTheApi(): Promise<string> {
  const asked = await service.call('POST', `/relying-parties/${LIVE}/secrets`, { body: {} });
  expect(asked.status).toBe(202);
  return textOf(asked, 'approval', 'id');
}

async function enter({ citizen, roles }: { citizen: number; roles: readonly OperatorRole[] }) {
  const { citizenId, ...operator } = await createTestOperator(provider, { citizen, roles, clock: systemClock });
  const { browser, page } = await operator.enter();
  const csrf = formTokenIn(page.text);
  return {
    citizenId,
    read: async (id: string) => (await browser.open(`${provider.issuer}/console/approvals/${id}`)).text,
    async sayOfTheAgreement(decision: 'approve' | 'refuse'): Promise<number> {
      const [proposed] = await provider.services.registry.agreements.history(LIVE);
      const fields = { csrf, decision, version: String(proposed?.version), why: 'برای آزمون' };
      const path = `/console/relying-parties/${LIVE}/agreement/decide`;
      return (await askConsole(provider, path, { method: 'POST', browser, fields })).status;
    },
    async say(decision: 'approved' | 'refused', id: string): Promise<number> {
      const fields = { csrf, decision, why: 'برای آزمون' };
      return (await askConsole(provider, `/console/approvals/${id}`, { method: 'POST', browser, fields })).status;
    },
  };
}

async function proposeByTheApi(): Promise<void> {
  const body = { claims: [], scopes: ['openid'] };
  expect((await service.call('POST', `/relying-parties/${LIVE}/agreements`, { body })).status).toBe(201);
}

const stateOf = async (id: string) => (await provider.services.approvals.find(id))?.state;
const isPermitted = () => provider.services.registry.clientSecrets.isPermitted(LIVE);

let holder: Awaited<ReturnType<typeof enter>>;
let second: Awaited<ReturnType<typeof enter>>;

test('what a program asks for is decided by nobody who works or worked for its organisation', async () => {
  const id = await askByTheApi();
  holder = await enter({ citizen: 0, roles: [{ role: 'ministry' }, STAFF] });
  const page = await holder.read(id);
  expect(page).toContain('an organisation that you work or worked for');
  expect(page).not.toContain('value="approved"');
  expect([await holder.say('approved', id), await holder.say('refused', id)]).toEqual([409, 409]);

  // The role is laid down for as long as a yes takes; the secret of the program is still theirs.
  const { operators } = provider.services.console;
  expect(await operators.revoke({ ...STAFF, citizenId: holder.citizenId, by: 'tests', why: 'x' })).toBe('revoked');
  expect(await holder.say('approved', id)).toBe(409);
  expect([await stateOf(id), await isPermitted()]).toEqual(['waiting', false]);

  // The control: the same post of somebody of the ministry who works elsewhere is heard.
  const elsewhere = { ...STAFF, organisationId: LIVE };
  second = await enter({ citizen: 1, roles: [{ role: 'ministry' }, elsewhere] });
  expect(await second.read(id)).toContain('value="approved"');
  expect(await second.say('approved', id)).toBe(303);
  expect([await stateOf(id), await isPermitted()]).toEqual(['approved', true]);
});

test('nor do they decide about the agreement that a program proposed', async () => {
  const { agreements } = provider.services.registry;
  await proposeByTheApi();
  await holder.sayOfTheAgreement('approve');
  await holder.sayOfTheAgreement('refuse');
  expect((await agreements.proposed(LIVE))?.state).toBe('proposed');
  await second.sayOfTheAgreement('approve');
  expect([await agreements.proposed(LIVE), (await agreements.current(LIVE))?.terms.scopes]).toEqual([
    undefined,
    ['openid'],
  ]);
});
