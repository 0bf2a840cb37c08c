import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';
import { createActivityCursor } from '#root/account/activity-cursor.ts';
import { type Browser, createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** What a list takes from its address reaches a query (Hydra GO-2026-4807): a cursor that we did not write is none. */
let provider: TestProvider;
let browser: Browser;
beforeAll(async () => {
  provider = await startProvider();
  browser = createBrowser();
  const page = await browser.open(`${provider.issuer}/enter`);
  const credentials = { national_code: provider.citizens[0]?.nationalCode ?? '', password: provider.password };
  await browser.submit(page, credentials);
});
afterAll(() => provider.close());

const cursor = createActivityCursor(createKeyedHash(Buffer.alloc(32, 7)));
const HOSTILE = [
  "' or 1=1 --",
  '1; drop table audit_events',
  '1.',
  '-1',
  '1e9',
  '9'.repeat(400),
  '%00',
  '../..',
  '__proto__',
  '[$ne]',
];

test('a cursor holds for the citizen it was written for, and no change to it holds for anybody', () => {
  const written = cursor.write('one', 4711);
  expect(cursor.read('one', written)).toBe(4711);
  expect(cursor.read('two', written)).toBeUndefined();
  for (let place = 0; place < written.length; place += 1)
    for (const other of ['0', 'A', '.', '']) {
      const changed = written.slice(0, place) + other + written.slice(place + 1);
      if (changed !== written) expect(cursor.read('one', changed), changed).toBeUndefined();
    }
  fc.assert(
    fc.property(fc.anything(), (guess) => cursor.read('one', guess) === undefined),
    { numRuns: 2000 },
  );
});

test.each(HOSTILE)('an activity page from %j on is refused', async (guess) => {
  for (const before of [guess, `${guess}.${'a'.repeat(22)}`]) {
    const page = await browser.open(`${provider.issuer}/account/activity?${new URLSearchParams({ before })}`);
    expect(page.status).toBe(400);
  }
});

test.each(HOSTILE)(
  '%j as a filter, a page or a search is the first page of everything, or finds nothing',
  async (guess) => {
    const ask = async (path: string, query: Record<string, string>) =>
      (await browser.open(`${provider.issuer}${path}?${new URLSearchParams(query)}`)).status;
    expect(await ask('/account/activity', { kind: guess })).toBe(200);
    expect(await ask('/', { kind: guess, page: guess })).toBe(200);
    expect(await ask('/', { q: guess })).toBe(200);
    for (const path of ['/account/activity/', '/account/receipts/'])
      expect([400, 404]).toContain(
        (await browser.open(`${provider.issuer}${path}${encodeURIComponent(guess)}/proof`)).status,
      );
  },
);

test('the control: the same pages, asked for honestly, are there', async () => {
  const activity = await browser.open(`${provider.issuer}/account/activity?kind=sign-ins`);
  expect(activity.status).toBe(200);
  expect(activity.text).toContain('class="activity"');
});
