import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { Browser } from '#tests/support/browser.ts';
import { createTestOperator } from '#tests/support/console.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** What the console's lists take from their address reaches a query: sorts, filters and places in a list. */
let provider: TestProvider;
let browser: Browser;
beforeAll(async () => {
  provider = await startProvider();
  const stages = ['not-begun', 'connected', 'requested'] as const;
  for (const [index, stage] of stages.entries())
    await provider.services.registry.organisations.save({
      id: `university-${index}`,
      name: { fa: `دانشگاه ${'پتب'[index]}`, en: `University ${'CAB'[index]}` },
      kind: 'state',
      stage,
    });
  const roles = [{ role: 'ministry' }, { role: 'auditor' }] as const;
  browser = (await (await createTestOperator(provider, { citizen: 0, roles, clock: systemClock })).enter()).browser;
}, 60_000);
afterAll(() => provider.close());

const HOSTILE = [
  "' or 1=1 --",
  'name; drop table organisations',
  'search_key',
  'name-fa',
  'name_en desc',
  '(select 1)',
  '9'.repeat(400),
  '__proto__',
  'constructor',
  '[$ne]',
];
const open = (path: string, query: Record<string, string> | [string, string][]) =>
  browser.open(`${provider.issuer}${path}?${new URLSearchParams(query)}`);
/** The organisations of a page, in its order. */
const shown = async (query: Record<string, string> | [string, string][]) => {
  const page = await open('/console/organisations', query);
  expect(page.status).toBe(200);
  const ids = [...page.text.matchAll(/href="\/console\/organisations\/(university-\d)"/g)].map(([, id]) => id);
  return { ids, isSorted: page.text.includes('aria-sort') };
};

test.each(HOSTILE)('organisations sorted by %j are in no other order than without', async (guess) => {
  const plain = await shown({});
  expect(plain).toEqual({ ids: ['university-0', 'university-1', 'university-2'], isSorted: false });
  expect(await shown({ sort: guess })).toEqual(plain);
  expect(await shown({ sort: guess, order: guess })).toEqual(plain);
  expect(
    await shown([
      ['sort', 'name'],
      ['sort', guess],
    ]),
  ).toEqual(plain);
  expect((await shown({ sort: 'name', order: guess })).ids).toEqual((await shown({ sort: 'name' })).ids);
});

describe.each([
  ['/console/organisations', ['kind', 'stage', 'q']],
  ['/console/operators', ['role', 'organisation']],
  ['/console/approvals', ['state']],
  ['/console/audit', ['act', 'by', 'organisation', 'day']],
])('%s', (path, filters) => {
  test.each(HOSTILE)(
    'takes %j for no filter or finds nothing by it, and refuses it as a place in the list',
    async (guess) => {
      for (const name of filters) expect((await open(path, { [name]: guess })).status).toBe(200);
      if (path === '/console/approvals') return;
      for (const after of [guess, `${guess}.${'a'.repeat(22)}`]) expect((await open(path, { after })).status).toBe(400);
    },
  );
});

test('the control: the same lists, asked honestly, are in the order that was asked for', async () => {
  expect(await shown({ sort: 'name' })).toEqual({
    ids: ['university-1', 'university-2', 'university-0'],
    isSorted: true,
  });
  expect((await shown({ sort: 'name', order: 'desc' })).ids).toEqual(['university-0', 'university-2', 'university-1']);
  expect((await shown({ sort: 'stage' })).ids).toEqual(['university-0', 'university-2', 'university-1']);
  expect((await shown({ sort: 'since', order: 'desc' })).ids[0]).toBe('university-2');
  const persian = await browser.open(`${provider.issuer}/console/organisations?sort=name&ui_locales=fa`);
  const ids = [...persian.text.matchAll(/href="\/console\/organisations\/(university-\d)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['university-2', 'university-0', 'university-1']);
});
