import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { Browser, Page } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';

let provider: TestProvider;
let asker: TestOperator;
let ministry: TestOperator;
let stranger: TestOperator;

beforeAll(async () => {
  provider = await startProvider();
  const clock = systemClock;
  asker = await createTestOperator(provider, { citizen: 0, clock });
  ministry = await createTestOperator(provider, { citizen: 1, roles: [{ role: 'ministry' }], clock });
  await provider.services.registry.organisations.save({
    id: 'elsewhere',
    name: { fa: 'دانشگاه دیگر', en: 'University Elsewhere' },
    kind: 'state',
    stage: 'connected',
  });
  const staff = { role: 'university-staff', organisationId: 'elsewhere' } as const;
  stranger = await createTestOperator(provider, { citizen: 2, roles: [staff], clock });
});
afterAll(() => provider.close());

const open = (browser: Browser, path: string) => browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });
const post = (browser: Browser, page: Page, path: string, fields: Record<string, string>) =>
  submitTo(browser, page, { path, fields, stayAt: provider.issuer });

const request = {
  id: 'newcomer',
  name_fa: 'دانشگاه تازه',
  name_en: 'University of Newcomers',
  kind: 'state',
  technical_name: 'کیوان صالحی',
  technical_email: 'it@newcomer.example',
  technical_phone: '02161111111',
  security_name: 'نگار امینی',
  security_email: 'security@newcomer.example',
  security_phone: '02161111112',
  why: 'می‌خواهیم بپیوندیم',
};

describe('an organisation that asks to be connected', () => {
  test('is let in by the ministry, and whoever asked is its first member of staff', async () => {
    const { browser, page } = await asker.enter();
    expect(page.text).toContain('You have no role in the console yet.');
    const empty = await post(browser, await open(browser, '/console/ask'), '/console/ask', { ...request, why: '' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('University of Newcomers');
    const asked = await post(browser, empty, '/console/ask', request);
    expect(asked.text).toContain('Your request is noted.');
    expect((await open(browser, '/console/organisations/newcomer')).status).toBe(403);

    const decider = await ministry.enter({ to: '/console/approvals?state=waiting' });
    const href = /href="(\/console\/approvals\/[\da-f-]+)"/.exec(decider.page.text)?.[1] ?? '';
    const decision = await open(decider.browser, href);
    expect(decision.text).toContain('University staff');
    expect(decision.text).toContain('University of Newcomers');
    const silent = await post(decider.browser, decision, href, { decision: 'approved', why: ' ' });
    expect(silent.status).toBe(422);
    const done = await post(decider.browser, silent, href, { decision: 'approved', why: 'شرایط را دارد' });
    expect(done.text).toContain('The decision is on record.');

    const own = await open(browser, '/console/organisations/newcomer');
    expect(own.status).toBe(200);
    expect(own.text).toContain('In technical process');
    expect(own.text).toContain('می‌خواهیم بپیوندیم');
  });

  test('claims a domain and reads what to publish; what others own is refused in words', async () => {
    const { browser } = await asker.enter();
    const page = await open(browser, '/console/organisations/newcomer');
    const suffix = await post(browser, page, '/domains', { domain: 'ac.ir' });
    expect(suffix.status).toBe(422);
    expect(suffix.text).toContain('Others own domains below this name');
    expect(suffix.text).toContain('value="ac.ir"');
    const claimed = await post(browser, suffix, '/domains', { domain: 'Newcomer.ac.ir' });
    expect(claimed.text).toContain('_panjereh.newcomer.ac.ir');
    expect(claimed.text).toContain('https://newcomer.ac.ir/.well-known/panjereh-domain.txt');
  });

  test('keeps its contacts: a bad one is refused beside its box', async () => {
    const { browser } = await asker.enter();
    const page = await open(browser, '/console/organisations/newcomer');
    const bad = await post(browser, page, '/contacts', {
      legal_name: 'امید',
      legal_email: 'nowhere',
      legal_phone: '1',
    });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('This is not an email address.');
    const fields = { legal_name: 'امید', legal_email: 'legal@newcomer.example', legal_phone: '02161111113' };
    const good = await post(browser, bad, '/contacts', fields);
    expect(good.text).toContain('legal@newcomer.example');
  });

  test('is nothing that staff of another organisation can see or change', async () => {
    const { browser } = await stranger.enter();
    const own = await open(browser, '/console/organisations/elsewhere');
    expect(own.status).toBe(200);
    const [there, nowhere] = await Promise.all(
      ['newcomer', 'no-such-thing'].map((id) => open(browser, `/console/organisations/${id}`)),
    );
    expect([there?.status, nowhere?.status]).toEqual([403, 403]);
    const aimed = { ...own, text: own.text.replaceAll('/organisations/elsewhere/', '/organisations/newcomer/') };
    const changed = await post(browser, aimed, '/newcomer/domains', { domain: 'mine.ac.ir' });
    expect(changed.status).toBe(403);
    expect(await provider.services.registry.domainProofs.listOf('newcomer')).toHaveLength(1);
  });
});

describe('the ministry', () => {
  test('finds, filters and downloads organisations; a forged cursor is refused', async () => {
    const { browser, page } = await ministry.enter({ to: '/console/organisations?q=newcomer' });
    expect(page.text).toContain('University of Newcomers');
    expect(page.text).not.toContain('University Elsewhere');
    expect((await open(browser, '/console/organisations?stage=connected')).text).not.toContain('Newcomers');
    const file = await open(browser, '/console/organisations?format=csv&kind=state');
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.text).toContain('newcomer,دانشگاه تازه');
    for (const after of ['x', "' or 1=1 --", '%00', 'a'.repeat(3000), 'bmV3Y29tZXI.AAAA'])
      expect((await open(browser, `/console/organisations?after=${encodeURIComponent(after)}`)).status).toBe(400);
  });

  test('moves a stage with a reason; to suspend takes a second person, who is not the first', async () => {
    const { browser, page } = await ministry.enter({ to: '/console/organisations/newcomer' });
    const unsaid = await post(browser, page, '/stage', { stage: 'accepted', why: '' });
    expect(unsaid.status).toBe(422);
    const accepted = await post(browser, unsaid, '/stage', { stage: 'accepted', why: 'آزمون‌ها سبز است' });
    expect(accepted.text).toContain('آزمون‌ها سبز است');
    const asked = await post(browser, accepted, '/stage', { stage: 'suspended', why: 'گزارش رخداد' });
    expect(asked.text).toContain('Your request waits for a second person.');
    expect((await provider.services.registry.organisations.find('newcomer'))?.stage).toBe('accepted');

    const [waiting] = await provider.services.console.approvals.list({ state: 'waiting' });
    const own = await open(browser, `/console/approvals/${waiting?.id}`);
    expect(own.text).toContain('You asked for this yourself');
    const forced = { ...asked, text: asked.text.replace('/organisations/newcomer/stage', `/approvals/${waiting?.id}`) };
    const refused = await post(browser, forced, `/approvals/${waiting?.id}`, { decision: 'approved', why: 'خودم' });
    expect(refused.status).toBe(409);
    expect((await provider.services.registry.organisations.find('newcomer'))?.stage).toBe('accepted');
  });

  test('rehearses a file, reads every bad line, and imports all or nothing', async () => {
    const { browser, page } = await ministry.enter({ to: '/console/organisations/import' });
    const bad = 'id,name_fa,name_en,kind\nfine,دانشگاه خوب,Fine University,state\nBAD ID!,,,palace\n';
    const faults = await post(browser, page, '/import', { file: bad, act: 'import' });
    expect(faults.status).toBe(422);
    expect(faults.text).toContain('This value is not known.');
    const good = bad.split('\n').slice(0, 2).join('\n');
    await post(browser, faults, '/import', { file: good, act: 'rehearse' });
    expect(await provider.services.registry.organisations.find('fine')).toBeUndefined();
    await post(browser, faults, '/import', { file: good, act: 'import' });
    expect((await provider.services.registry.organisations.find('fine'))?.kind).toBe('state');
  });
});

test('a role that was taken away is worth nothing at the next request', async () => {
  const { browser, page } = await stranger.enter({ to: '/console/organisations/elsewhere' });
  expect(page.status).toBe(200);
  await provider.services.console.operators.revoke({
    ...{ citizenId: stranger.citizenId, role: 'university-staff', organisationId: 'elsewhere' },
    ...{ by: 'tests', why: 'for the test' },
  });
  expect((await open(browser, '/console/organisations/elsewhere')).status).toBe(403);
  expect((await post(browser, page, '/domains', { domain: 'mine.ac.ir' })).status).toBe(403);
});
