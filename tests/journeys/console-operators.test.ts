import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { Browser, Page } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

type Entered = { of: TestOperator; browser: Browser };

const NEWCOMER = 3;
let provider: TestProvider;
let sara: Entered;
let reza: Entered;
let auditor: Entered;

beforeAll(async () => {
  provider = await startProvider();
  await provider.services.registry.organisations.save({
    id: 'demo-university',
    name: { fa: 'دانشگاه نمونه', en: 'Demo University' },
    kind: 'state',
    stage: 'connected',
  });
  const enter = async (citizen: number, role: 'ministry' | 'auditor') => {
    const of = await createTestOperator(provider, { citizen, roles: [{ role }], clock: systemClock });
    return { of, browser: (await of.enter()).browser };
  };
  sara = await enter(0, 'ministry');
  reza = await enter(1, 'ministry');
  auditor = await enter(2, 'auditor');
}, 60_000);
afterAll(() => provider.close());

const open = ({ browser }: Entered, path: string) =>
  browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });
const submit = ({ browser }: Entered, page: Page, path: string, fields: Record<string, string>) =>
  submitTo(browser, page, { path, fields, stayAt: provider.issuer });
const newcomer = () => provider.citizens[NEWCOMER] ?? { id: '', nationalCode: '', givenName: '' };
const rolesOf = async (citizenId: string) =>
  (await provider.services.console.operators.operatorsOf(citizenId)).map(({ role }) => role);

async function give(by: Entered, fields: Record<string, string>): Promise<Page> {
  const typed = { national_code: newcomer().nationalCode, why: 'از فردا مسئول است', ...fields };
  return submit(by, await open(by, '/console/operators/give'), '/operators/give', typed);
}

async function takeAway(by: Entered, of: { citizen: string; role: string; organisation?: string }, why: string) {
  const page = await open(by, `/console/operators/take-away?${new URLSearchParams(of)}`);
  return submit(by, page, '/operators/take-away', { why });
}

/** The second person's page of the only request that waits, and their yes. */
async function approve(by: Entered): Promise<Page> {
  const list = await open(by, '/console/approvals?state=waiting');
  const href = /href="(\/console\/approvals\/[\da-f-]+)"/.exec(list.text)?.[1] ?? '';
  return submit(by, await open(by, href), href, { decision: 'approved', why: 'درست است' });
}

describe('a role', () => {
  const staff = { role: 'university-staff', organisation: 'demo-university' };

  test('is asked for by one of the ministry, and given when another one has read whose it is', async () => {
    const asked = await give(sara, staff);
    expect(asked.text).toContain('Your request waits for a second person.');
    expect(await rolesOf(newcomer().id)).toEqual([]);
    expect((await give(reza, staff)).text).toContain('This role is asked for already');

    const list = await open(reza, '/console/approvals?state=waiting');
    expect(list.text).toContain(newcomer().givenName);
    const done = await approve(reza);
    expect(done.text).toContain('The decision is on record.');
    expect(await rolesOf(newcomer().id)).toEqual(['university-staff']);
    const shown = await open(auditor, '/console/operators?organisation=demo-university');
    expect(shown.text).toContain(newcomer().givenName);
    expect(shown.text).toContain('Demo University');
    expect((await give(sara, staff)).text).toContain('This citizen has this role already.');
  });

  test('of staff is taken away at once and with a reason', async () => {
    const of = { ...staff, citizen: newcomer().id };
    expect((await takeAway(sara, of, ' ')).status).toBe(422);
    expect(await rolesOf(newcomer().id)).toEqual(['university-staff']);
    expect((await takeAway(sara, of, 'دیگر همکار نیست')).text).toContain('The role is taken away');
    expect(await rolesOf(newcomer().id)).toEqual([]);
    expect((await open(sara, `/console/operators/take-away?${new URLSearchParams(of)}`)).status).toBe(404);
  });

  test('of whoever watches over others is taken away by two people', async () => {
    const of = { citizen: auditor.of.citizenId, role: 'auditor' };
    const asked = await takeAway(sara, of, 'جابه‌جایی');
    expect(asked.text).toContain('Your request waits for a second person.');
    await takeAway(sara, of, 'باز هم');
    expect(await provider.services.console.approvals.list({ state: 'waiting' })).toHaveLength(1);
    expect((await open(auditor, '/console/operators')).status).toBe(200);
    await approve(reza);
    expect((await open(auditor, '/console/operators')).status).toBe(403);
  });

  test('is not approved by whoever receives it', async () => {
    await give(sara, { national_code: provider.citizens[1]?.nationalCode ?? '', role: 'security' });
    const refused = await approve(reza);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Whoever receives a role does not decide about it.');
    expect(await rolesOf(reza.of.citizenId)).toEqual(['ministry']);
  });
});

test.each([
  ['a code that nobody can have', { national_code: '1234567890', role: 'support' }, 'This is not a national code.'],
  ['somebody without an account', { national_code: '0012345679', role: 'support' }, 'There is no active account'],
  ['staff of nobody', { role: 'university-staff' }, 'University staff work for an organisation'],
  ['staff of what is not registered', { role: 'university-staff', organisation: 'nowhere' }, 'No such organisation'],
  ['an auditor of one university', { role: 'auditor', organisation: 'demo-university' }, 'leave this empty'],
  ['a role that there is not', { role: 'king' }, 'This is empty.'],
  ['no reason', { role: 'support', why: ' ' }, 'This is empty.'],
])('%s is refused beside its box, and nothing is asked for', async (_what, fields, words) => {
  const before = await provider.services.console.approvals.list();
  const refused = await give(sara, fields);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain(words);
  expect(await provider.services.console.approvals.list()).toHaveLength(before.length);
});

test('who has an account cannot be found out by typing one code after another', async () => {
  const who = { national_code: '0012345679', role: 'support' };
  const statuses: number[] = [];
  for (let tries = 0; tries < 31; tries++) statuses.push((await give(reza, who)).status);
  expect(statuses.slice(0, 20).every((status) => status === 422)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
});

test('a place in the list that nobody gave out is refused', async () => {
  expect((await open(sara, '/console/operators?role=ministry')).status).toBe(200);
  for (const after of ['x', "' or 1=1 --", '%00'])
    expect((await open(sara, `/console/operators?after=${encodeURIComponent(after)}`)).status).toBe(400);
});

test('the list goes out as a file in which no cell is a formula, with the filter that it has', async () => {
  const { organisations } = provider.services.registry;
  const name = { fa: '@دانشگاه(۱)', en: 'Formula' };
  const saved = await organisations.save({ id: 'formula', name, kind: 'state', stage: 'connected' });
  expect(saved.outcome).toBe('saved');
  const role = { role: 'university-staff', organisationId: 'formula' } as const;
  const { operators } = provider.services.console;
  await operators.grant({ ...role, citizenId: newcomer().id, by: sara.of.citizenId, why: 'x' });
  const file = async (query: string) => {
    const page = await open(sara, `/console/operators?format=csv${query}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    return page.text.split('\r\n').slice(1, -1);
  };
  const [line = '', ...more] = await file('&organisation=formula');
  expect(more).toEqual([]);
  expect(line).toContain("university-staff,formula,'@دانشگاه(۱),");
  expect(line.startsWith(newcomer().givenName)).toBe(true);
  expect(new Set((await file('&role=ministry')).map((each) => each.split(',')[1]))).toEqual(new Set(['ministry']));
  const linked = await open(sara, '/console/operators?role=ministry');
  expect(linked.text).toContain('/console/operators?role=ministry&amp;format=csv');
});
