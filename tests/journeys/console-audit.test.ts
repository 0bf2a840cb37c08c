import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditEvents } from '#audit/events.ts';
import { OPERATOR_ACTS } from '#audit/operator-acts-store.ts';
import { systemClock } from '#platform/clock.ts';
import { type Browser, type Page, readForms } from '#tests/support/browser.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { SECRET } from '#tests/support/relying-party.ts';
import { submitTo } from '#tests/support/sign-in-steps.ts';
import { formatTypedDay } from '#views/dates.ts';

let provider: TestProvider;
let auditor: Browser;
let ministry: { browser: Browser; id: string };

beforeAll(async () => {
  provider = await startProvider();
  const metadata = { redirect_uris: ['https://one.example/cb'], token_endpoint_auth_method: 'client_secret_basic' };
  for (const clientId of ['one', 'two']) await provider.register({ clientId, clientSecret: SECRET, metadata });
  const enter = async (citizen: number, role: 'auditor' | 'ministry') => {
    const of = await createTestOperator(provider, { citizen, roles: [{ role }], clock: systemClock });
    return { id: of.citizenId, browser: (await of.enter()).browser };
  };
  auditor = (await enter(0, 'auditor')).browser;
  ministry = await enter(1, 'ministry');
  const { registrations } = provider.services.registry;
  await registrations.suspend({ clientId: 'one', by: ministry.id, why: 'for the test' });
  await registrations.suspend({ clientId: 'two', by: 'command:ops', why: 'for the test' });
  const page = await open(ministry.browser, '/console/organisations/two');
  await submitTo(ministry.browser, page, {
    path: '/stage',
    fields: { stage: 'suspended', why: 'برای آزمون' },
    stayAt: provider.issuer,
  });
  await provider.services.auditStore.flush();
}, 60_000);
afterAll(() => provider.close());

const open = (browser: Browser, path: string) => browser.open(`${provider.issuer}${path}`, { stayAt: provider.issuer });
const read = (query: Record<string, string> = {}) => open(auditor, `/console/audit?${new URLSearchParams(query)}`);
/** The acts of a page, in its order, without its filters. */
const actsOn = ({ text }: Page) =>
  [...text.matchAll(/<td data-label="Act"><div>([^<]+)<\/div>/g)].map(([, act = '']) => act);
const numbersOn = ({ text }: Page) =>
  [...text.matchAll(/<td data-label="Number"><div><bdi[^>]*>(\d+)<\/bdi>/g)].map(([, number]) => Number(number));

/** Of a page in any language. */
const numbersOf = ({ text }: Page) => [...text.matchAll(/<div><bdi[^>]*>(\d+)<\/bdi><\/div><\/td><\/tr>/g)];

test('an auditor reads what operators did: who, what and about whom, newest first', async () => {
  const page = await read();
  expect(actsOn(page)).toEqual(expect.arrayContaining(['Role given or taken away', 'Entered the console']));
  expect(actsOn(page)[0]).toBe('Asked for or decided by a second person');
  expect(page.text).toContain(provider.citizens[1]?.familyName);
  const numbers = numbersOn(page);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
});

test('what an act was in particular is told in words, and whom it was about by name', async () => {
  const page = await read();
  for (const said of ['suspended', 'Service one', 'ops, by a command'])
    expect(page.text.replaceAll(/<[^>]+>/g, '')).toContain(said);
  const words = page.text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  for (const said of ['Role: Ministry', 'What: given', 'Step: asked for', 'What: Suspend', 'What: suspended'])
    expect(words).toContain(said);
  for (const raw of ['act: ', 'step: ', 'command:ops</bdi>', `<bdi class="name">${ministry.id}`])
    expect(words).not.toContain(raw);
  const persian = (await read({ ui_locales: 'fa' })).text;
  for (const said of ['تعلیق شد', 'سامانهٔ one', 'با فرمان', 'داده شد']) expect(persian).toContain(said);
  // The browser remembers the language.
  await read({ ui_locales: 'en' });
});

test('the revisions of a service name whoever made them', async () => {
  const { text } = await open(auditor, '/console/relying-parties/one/revisions');
  expect(text).toContain(provider.citizens[1]?.familyName);
  expect(text).toContain('The provider itself');
  expect(text).not.toContain(ministry.id);
  const { text: other } = await open(auditor, '/console/relying-parties/two/revisions');
  expect(other).toContain('ops, by a command');
});

test('nothing on it changes anything, and nobody else is let in', async () => {
  const actions = readForms((await read()).text).map(({ action }) => action);
  expect(actions).toEqual(['/console/sign-out', '/console/audit']);
  expect((await open(ministry.browser, '/console/audit')).status).toBe(403);
  expect((await open(ministry.browser, '/console')).text).not.toContain('/console/audit');
});

test('it is filtered by organisation with its services, by operator, by act and by day', async () => {
  const of = async (query: Record<string, string>) => actsOn(await read(query));
  const suspended = 'Service registered or changed';
  const asked = 'Asked for or decided by a second person';
  const entered = 'Organisation entered or changed';
  expect(await of({ organisation: 'one' })).toEqual([suspended, entered]);
  expect(await of({ organisation: 'two', by: ministry.id })).toEqual([asked]);
  expect(await of({ by: 'command:ops' })).toEqual([suspended]);
  const theirs = await of({ by: ministry.id });
  expect(theirs).toEqual(expect.arrayContaining([asked, 'Entered the console']));
  expect(theirs.filter((act) => act === suspended)).toHaveLength(1);
  expect(await of({ act: 'relying-party.changed' })).toEqual([suspended, suspended]);
  const today = new Date(systemClock.now() + 3.5 * 60 * 60 * 1000).toISOString().slice(0, 10);
  expect(await of({ organisation: 'one', day: today })).toEqual([suspended, entered]);
  expect(await of({ organisation: 'one', day: '2020-01-31' })).toEqual([]);
  expect(await of({ organisation: 'nowhere' })).toEqual([]);
});

test('it is paged: every act is on one page', async () => {
  for (let round = 0; round < 60; round++)
    void provider.services.audit.operatorRefused({ by: ministry.id, route: `GET /console/keys?${round}` });
  await provider.services.auditStore.flush();
  const first = await read({ act: 'operator.refused' });
  const next = /href="(\/console\/audit\?[^"]*after=\d+[^"]*)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&');
  const second = await open(auditor, next ?? '');
  const numbers = [...numbersOn(first), ...numbersOn(second)];
  expect([numbersOn(first).length, new Set(numbers).size]).toEqual([50, numbers.length]);
  expect(numbers.length).toBeGreaterThanOrEqual(60);
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
});

test('of what citizens do nothing is there', async () => {
  await provider.services.audit.citizenSignedIn({
    ...{ citizenId: ministry.id, acr: 'urn:panjereh:aal:1', sharedComputer: false, network: 'canary-network' },
  });
  expect((await read()).text).not.toContain('canary-network');
});

test('every act of the list is an event that there is', async () => {
  const names = new Set<string>();
  const events = createAuditEvents(async ({ name }) => void names.add(name));
  for (const record of Object.values(events)) await record({} as never);
  expect(OPERATOR_ACTS.filter((name) => !names.has(name))).toEqual([]);
});

test('what commands did to data keys and dead letters is among it, in words', async () => {
  const { audit } = provider.services;
  await audit.dataKeyChanged({ purpose: 'citizens', act: 'forgotten', by: 'sara', keys: 'old', values: 7 });
  await audit.letterRevived({ clientId: 'two', kind: 'logout', letterId: 'x1', by: 'sara' });
  const page = await read();
  expect(actsOn(page).slice(0, 2)).toEqual(['Dead letter owed again', 'Data keys changed']);
  const words = page.text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  for (const said of ['What: thrown away', 'Values sealed anew: 7', 'Letter: x1', 'Service two'])
    expect(words).toContain(said);
});

test('a day is asked for in the calendar of the page, and what is no day is said to be none', async () => {
  const today = systemClock.now() + 3.5 * 60 * 60 * 1000;
  const inPersian = (day: string) => read({ organisation: 'one', day, ui_locales: 'fa' });
  const [before, page] = [await inPersian('۱۳۹۹/۱/۱'), await inPersian(formatTypedDay('fa', today))];
  expect([numbersOf(before).length, numbersOf(page).length]).toEqual([0, 2]);
  expect(page.text).toContain(`value="${formatTypedDay('fa', today)}"`);
  const unread = await inPersian('۱۴۰۴/۱۲/۳۰');
  expect(unread.text).toContain('روز را مانند');
  expect(unread.text).toContain('value="۱۴۰۴/۱۲/۳۰"');
  expect(numbersOf(unread).length).toBe(2);
});
