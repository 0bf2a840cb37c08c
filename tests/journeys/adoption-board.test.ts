import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE } from '#platform/durations.ts';
import { createBrowser } from '#tests/support/browser.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** Everybody may look at the board, so it must tell nothing small and cost nothing. */
const STAGES = [...Array.from({ length: 12 }, () => 'connected' as const), 'suspended' as const, 'suspended' as const];
const clock = createFakeClock();
let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider({ clock });
  const { database, registry } = provider.services;
  for (let number = 0; number < 25; number += 1)
    await registry.organisations.save({
      id: `university-${number}`,
      name: { fa: `دانشگاه ${number}`, en: `University ${number}` },
      kind: 'state',
      stage: STAGES[number] ?? 'not-begun',
    });
  await sql`insert into sign_in_days values ((now() at time zone 'Asia/Tehran')::date - 1, 1239),
    ((now() at time zone 'Asia/Tehran')::date - 2, 9)`.execute(database);
});
afterAll(() => provider.close());

const open = async (path: string, language = 'en') =>
  (await createBrowser().open(`${provider.issuer}${path}?ui_locales=${language}`)).text;
const rowsOf = async (path: string) => {
  const response = await fetch(`${provider.issuer}${path}`);
  expect(response.headers.get('content-type')).toContain('text/csv');
  return (await response.text())
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
};

test('organisations are told by kind and stage, and neither a small number nor what would tell one', async () => {
  const [head, ...rows] = await rowsOf('/board/organisations.csv');
  expect(head).toEqual(['kind', 'stage', 'organisations', 'as_of']);
  const of = (kind: string, stage: string) => rows.find(([aKind, aStage]) => aKind === kind && aStage === stage)?.[2];
  expect(of('state', 'suspended')).toBe('');
  expect(of('all', 'all')).toBe('25');
  // 25 - 12 - 11 would be the two that are suspended.
  expect([of('state', 'connected'), of('state', 'not-begun')]).toContain('');
  for (const [, , number = ''] of rows) expect(number === '' || Number(number) >= 10).toBe(true);
});

test('days are told in tens, and a day with fewer than ten is not told', async () => {
  const [, ...rows] = await rowsOf('/board/days.csv');
  expect(rows).toHaveLength(30);
  expect(rows.slice(-2).map(([, signIns]) => signIns)).toEqual(['', '1230']);
  expect(await open('/board')).toContain('1,230');
});

test('the page is there for everybody in both languages, from the front door, with charts and files beside the numbers', async () => {
  expect(await open('/')).toContain('href="/board"');
  for (const language of ['fa', 'en']) {
    const page = await open('/board', language);
    expect(page).toContain(`lang="${language}"`);
    expect(page).toMatch(/<svg class="chart" role="img" aria-label="[^"]{10,}"/);
    expect(page).toContain('/board/organisations.csv');
    expect(page).not.toMatch(/<script|style=/);
  }
});

test('however many look at it, the database is asked once in five minutes', async () => {
  const { database } = provider.services;
  await open('/board');
  await sql`update sign_in_days set sign_ins = 5000 where sign_ins = 1239`.execute(database);
  await Promise.all(Array.from({ length: 50 }, () => fetch(`${provider.issuer}/board/days.csv`)));
  expect((await rowsOf('/board/days.csv')).at(-1)?.[1]).toBe('1230');
  clock.advance(5 * MINUTE);
  expect((await rowsOf('/board/days.csv')).at(-1)?.[1]).toBe('5000');
});
