import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsoleRoute } from '#console/console-route.ts';
import { MAY, type Permission, ROLES } from '#operators/permissions.ts';
import { systemClock } from '#platform/clock.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator, type OperatorRole } from '#tests/support/console.ts';
import { addressOfRow, askConsole, consoleRowsOf, formTokenIn, isLetIn } from '#tests/support/console-walk.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty } from '#tests/support/relying-party.ts';

/** One citizen walks the console's whole table with every role and with none; roles are changed under their running session. */
const OWN = 'own-university';
const OTHER = 'other-university';
let provider: TestProvider;
let rows: ConsoleRoute[];
let browser: Browser;
let csrf: string;
let citizenId: string;
beforeAll(async () => {
  provider = await startProvider();
  for (const clientId of [OWN, OTHER]) await createRelyingParty(provider, { clientId });
  rows = consoleRowsOf(provider);
  const entered = await createTestOperator(provider, { citizen: 0, clock: systemClock });
  citizenId = entered.citizenId;
  const { browser: opened, page } = await entered.enter();
  [browser, csrf] = [opened, formTokenIn(page.text)];
}, 120_000);
afterAll(() => provider.close());

async function withRole<Answer>(role: OperatorRole, act: () => Promise<Answer>): Promise<Answer> {
  const { operators } = provider.services.console;
  const of = { ...role, citizenId, by: 'tests', why: 'for the test' };
  expect(await operators.grant(of)).toBe('granted');
  try {
    return await act();
  } finally {
    expect(await operators.revoke(of)).toBe('revoked');
  }
}

/** Which rows let this session in, as `METHOD /path`. */
async function walk(about: string, { isSignedIn = true } = {}): Promise<string[]> {
  const letIn: string[] = [];
  for (const row of rows) {
    const sent = isSignedIn ? { method: row.method, browser, csrf } : { method: row.method };
    const answer = await askConsole(provider, addressOfRow(row, about), sent);
    expect(answer.status, `${row.method} ${row.path}`).toBeLessThan(500);
    if (isLetIn(answer)) letIn.push(nameOf(row));
  }
  return letIn;
}
const nameOf = ({ method, path }: ConsoleRoute) => `${method} ${path}`;
const allowed = (may: readonly Permission[], hasOrganisation = (_: ConsoleRoute) => true) =>
  rows
    .filter(
      (row) =>
        row.needs === 'sign-in-alone' ||
        (hasOrganisation(row) && [row.needs].flat().some((needs) => may.includes(needs))),
    )
    .map(nameOf);

test('nobody is let in anywhere: every row leads to the sign-in', async () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(await walk(OWN, { isSignedIn: false })).toEqual([]);
});

test('who has proven who they are and has no role finds their own page and the request of an organisation alone', async () => {
  expect(await walk(OWN)).toEqual(['GET /console', 'GET /console/ask', 'POST /console/ask']);
});

test.each(ROLES.filter((role) => role !== 'university-staff'))(
  '%s is let in where the table of permissions says so, and nowhere else',
  async (role) => {
    expect(await withRole({ role }, () => walk(OTHER))).toEqual(allowed(MAY[role]));
  },
);

test('staff are let in to what is of their own organisation, and to nothing that is of another or of nobody', async () => {
  const staff = { role: 'university-staff', organisationId: OWN } as const;
  await withRole(staff, async () => {
    const own = allowed(MAY['university-staff'], ({ about }) => about !== undefined);
    expect(own.length).toBeGreaterThan(15);
    expect(await walk(OWN)).toEqual(own);
    expect(await walk(OTHER)).toEqual(allowed([]));
  });
});

test('the rows that change what reaches citizens are open to exactly these', () => {
  const needs = Object.fromEntries(rows.map((row) => [nameOf(row), [row.needs].flat().join(' or ')]));
  expect(needs).toMatchObject({
    'POST /console/organisations/import': 'organisations:import',
    'POST /console/organisations/:organisation/stage': 'organisations:decide',
    'POST /console/organisations/:organisation/contacts': 'own-organisation:change',
    'POST /console/organisations/:organisation/domains': 'own-organisation:change',
    'POST /console/operators/give': 'operators:change',
    'POST /console/operators/take-away': 'operators:change',
    'POST /console/approvals/:approval': 'approvals:decide',
    'POST /console/relying-parties/new': 'relying-parties:change',
    'POST /console/relying-parties/:id/change': 'relying-parties:change',
    'POST /console/relying-parties/:id/go-live': 'relying-parties:change',
    'POST /console/relying-parties/:id/agreement/propose': 'agreements:propose',
    'POST /console/relying-parties/:id/agreement/decide': 'agreements:decide',
    'POST /console/relying-parties/:id/source': 'sources:propose',
    'POST /console/relying-parties/:id/source/take-away': 'sources:take-away',
    'POST /console/keys/rotate': 'keys:change',
    'POST /console/keys/revoke': 'keys:change',
    'POST /console/keys/approve': 'keys:change',
    'POST /console/incidents/:incident/close': 'incidents:work',
  });
});

test('a role that is taken away is dead at the next request of the same session, and a new one alive', async () => {
  const statusOf = async (path: string) => (await askConsole(provider, path, { browser })).status;
  expect(await statusOf('/console/keys')).toBe(403);
  await withRole({ role: 'security' }, async () => expect(await statusOf('/console/keys')).toBe(200));
  expect(await statusOf('/console/keys')).toBe(403);
});

test('a locked account is out of the console within five seconds, as everywhere else, whatever its role', async () => {
  await withRole({ role: 'auditor' }, async () => {
    const letIn = async () => isLetIn(await askConsole(provider, '/console/approvals', { browser }));
    expect(await letIn()).toBe(true);
    await provider.services.people.citizens.setState(citizenId, 'locked', 'tests');
    await expect.poll(letIn, { timeout: 6000 }).toBe(false);
  });
});
