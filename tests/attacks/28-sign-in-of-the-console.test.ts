import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator, type TestOperator } from '#tests/support/console.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

// Classes 2 and 28 at the console, which is a relying party: led elsewhere after its sign-in, or handed the answer of
// another issuer.
const clock = createFakeClock(Math.floor(systemClock.now() / 1000) * 1000);
let provider: TestProvider;
let operator: TestOperator;
let browser: Browser;

beforeAll(async () => {
  provider = await startProvider({ clock });
  operator = await createTestOperator(provider, { citizen: 0, roles: [{ role: 'ministry' }], clock });
  ({ browser } = await operator.enter());
});
afterAll(() => provider.close());

const isInConsole = () => browser.cookies.some(({ name }) => name.endsWith('panjereh_console'));
function leave(): void {
  browser.cookies.splice(
    0,
    browser.cookies.length,
    ...browser.cookies.filter(({ name }) => !/panjereh_console/.test(name)),
  );
}

/** What the console would be handed: the provider's answer to a request that this browser began. */
async function answer(to = '/console'): Promise<URL> {
  leave();
  const nowhere = 'http://nowhere.invalid';
  const begun = await browser.open(`${provider.issuer}/console/enter?${new URLSearchParams({ to })}`, {
    stayAt: nowhere,
  });
  const answered = await browser.open(begun.leadsTo ?? '', { stayAt: nowhere });
  return new URL(answered.leadsTo ?? '');
}
const arrive = (url: URL) => browser.open(url.href, { stayAt: provider.issuer });

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/console/../../evil',
  '/console@evil.example',
  '/consoles',
  'javascript:alert(1)',
  '/console\nhttps://evil.example',
])('a sign-in that is to lead to %j leads to the console', async (to) => {
  const page = await arrive(await answer(to));
  expect([page.url, page.leadsTo, page.status]).toEqual([`${provider.issuer}/console`, undefined, 200]);
});

test('control: it leads to the page of the console that was asked for', async () => {
  const page = await arrive(await answer('/console/approvals?state=waiting'));
  expect(page.url).toBe(`${provider.issuer}/console/approvals?state=waiting`);
});

test.each<[string, (url: URL) => void]>([
  ['another issuer', (url) => url.searchParams.set('iss', 'https://evil.example')],
  ['the same issuer with a slash', (url) => url.searchParams.set('iss', `${provider.issuer}/`)],
  ['no issuer', (url) => url.searchParams.delete('iss')],
  ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43))],
  ['no state', (url) => url.searchParams.delete('state')],
])('an answer with %s is refused, and opens nothing', async (_what, spoil) => {
  const url = await answer();
  spoil(url);
  const page = await arrive(url);
  expect([page.status, isInConsole()]).toEqual([403, false]);
});

test('control: the same answer, as it came, opens the console', async () => {
  const page = await arrive(await answer());
  expect([page.status, isInConsole()]).toEqual([200, true]);
});
