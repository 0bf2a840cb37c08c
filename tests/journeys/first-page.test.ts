import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '#tests/support/browser.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** The front door on slow mobile data, with as many services as the country may have. */
const SERVICES = 10_000;
const MOST_BYTES = 60 * 1024;

let provider: TestProvider;
beforeAll(async () => {
  provider = await startProvider();
  const { database } = provider.services;
  // By the thousand, which the registry's own verbs would take minutes for.
  await sql`insert into organisations (id, name_fa, name_en, kind, stage)
    select 'u' || n, 'دانشگاه شمارهٔ ' || n, 'University number ' || n,
      (array['state', 'non-state', 'agency'])[1 + n % 3], 'connected'
    from generate_series(1, ${SERVICES / 10}::int) n`.execute(database);
  await sql`insert into relying_parties (client_id, organisation_id, name_fa, name_en, metadata, environment, security_profile, state)
    select 's' || n, 'u' || (1 + n % ${SERVICES / 10}::int), 'سامانهٔ آموزشی ' || n, 'Learning system ' || n,
      '{"initiate_login_uri": "https://learning.example/login", "redirect_uris": []}', 'production', 'default', 'active'
    from generate_series(1, ${SERVICES}::int) n`.execute(database);
}, 120_000);
afterAll(() => provider.close());

const at = (path: string) => `${provider.issuer}${path}`;
const servicesIn = (text: string) => [...text.matchAll(/href="\/open\/([^"]+)"/g)].map(([, id]) => id);

/** What a browser fetches for the page, without the font: the page and everything it names. */
async function bytesOf(language: string): Promise<number> {
  const response = await fetch(at(`/?ui_locales=${language}`));
  const page = await response.text();
  const named = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const files = [...new Set(named)].filter((path) => !path.endsWith('.woff2'));
  expect(files.length).toBeGreaterThan(0);
  const sizes = files.map(async (path) => (await (await fetch(at(path))).arrayBuffer()).byteLength);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, Buffer.byteLength(page));
}

describe('with ten thousand services', () => {
  test.each(['fa', 'en'])('the first page is within 60 kB without the font in %s, uncompressed', async (language) => {
    expect(await bytesOf(language)).toBeLessThanOrEqual(MOST_BYTES);
  });

  test('every service is on one page of the list, and on no other', async () => {
    const browser = createBrowser();
    const seen: (string | undefined)[] = [];
    let next: string | undefined = '/?q=number+77';
    while (next !== undefined) {
      const { text } = await browser.open(at(next));
      seen.push(...servicesIn(text));
      next = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    const expected = Array.from({ length: SERVICES }, (_none, index) => index + 1)
      .filter((n) => `${n}`.includes('77') || `${1 + (n % (SERVICES / 10))}`.includes('77'))
      .map((n) => `s${n}`);
    expect(expected.length).toBeGreaterThan(200);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  test.each([
    ['سامانه آموزشي ۴۲۴۲', 's4242'],
    ['سامانهٔ آموزشی ٤٢٤٢', 's4242'],
    ['LEARNING 4242', 's4242'],
    ['4242 دانشگاه', 's4242'],
  ])('a search for %s finds it', async (typed, clientId) => {
    const { text } = await createBrowser().open(at(`/?${new URLSearchParams({ q: typed })}`));
    expect(servicesIn(text)).toContain(clientId);
  });

  test('a kind can be chosen and is kept while one goes on', async () => {
    const { text } = await createBrowser().open(at('/?kind=agency&ui_locales=en'));
    expect(text).toContain('aria-current="true">Government agencies');
    expect(text).not.toContain('<h3>State universities');
    expect(text).toMatch(/href="\/\?kind=agency&amp;page=2" rel="next"/);
  });

  test('visitors do not load the database: a hundred of them ask it nothing more', async () => {
    await fetch(at('/'));
    const { metrics } = provider.services;
    const queries = async () =>
      [...(await metrics.text()).body.matchAll(/^panjereh_\w*(?:database|query)\w*_count\S* (\d+)/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    const before = await queries();
    expect(before).toBeGreaterThan(0);
    await Promise.all(Array.from({ length: 100 }, () => fetch(at('/?q=number'))));
    // The change feed looks once a second.
    expect((await queries()) - before).toBeLessThan(50);
  });

  test('one that is opened is asked to begin a sign-in with us', async () => {
    const { leadsTo } = await createBrowser().open(at('/open/s7'), { stayAt: provider.issuer });
    expect(leadsTo).toBe(`https://learning.example/login?iss=${encodeURIComponent(provider.issuer)}`);
  });
});
