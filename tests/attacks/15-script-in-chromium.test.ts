import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { pageSamples } from '#tests/views/page-samples.ts';
import { renderDocument } from '#views/html.ts';
import { textFor } from '#views/text/text.ts';
import { ADDRESS, type Canary, openCanary, PAYLOADS } from './canary.ts';

/** Script in every stored and reflected field, opened in Chromium, where a canary tells whether any of it ran. */
const SITE = 'http://pages.example';
const ALL = PAYLOADS.join(' ');

let browser: Browser;
let context: BrowserContext;
let canary: Canary;

beforeAll(async () => {
  browser = await launchChromium();
  context = await browser.newContext({ locale: 'en-GB' });
  canary = await openCanary(context);
  await context.route(`${SITE}/**`, (route) => route.fulfill({ status: 204 }));
});
afterAll(() => browser.close());

/** Opens markup as a page of a site that has no policy at all, so that escaping alone stands in the way, or with one. */
async function openMarkup(markup: string, policy?: string): Promise<string[]> {
  await context.unroute(`${SITE}/page`);
  const headers = policy === undefined ? {} : { 'content-security-policy': policy };
  await context.route(`${SITE}/page`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body: markup }),
  );
  await canary.tab.goto(`${SITE}/page`, { waitUntil: 'load' });
  return canary.dangers();
}

/** Many pages at once, each in a frame of its own with its number for a path; answers those in which something happened. */
async function openFramed(markups: readonly string[]): Promise<Record<string, string[]>> {
  await context.unroute(`${SITE}/framed/*`);
  await context.route(`${SITE}/framed/*`, (route) => {
    const index = Number(new URL(route.request().url()).pathname.split('/').at(-1));
    return route.fulfill({ contentType: 'text/html; charset=utf-8', body: markups[index] ?? '' });
  });
  await openMarkup(`<!doctype html>${markups.map((_, index) => `<iframe src="/framed/${index}"></iframe>`).join('')}`);
  return canary.dangersInFrames();
}

const careless = (payload: string) =>
  `<!doctype html><title>${payload}</title><p>${payload}</p><input value="${payload}"><input value='${payload}'>`;

describe('controls', () => {
  test.each(PAYLOADS)('written without care, %s is seen', async (payload) => {
    expect(await openMarkup(careless(payload))).not.toEqual([]);
  });

  test('script that runs is seen by its call, not by its looks alone', async () => {
    expect(await openMarkup(careless(PAYLOADS[0] ?? ''))).toContain('the canary was called');
    expect(await openMarkup(`<!doctype html><a href="${ADDRESS}">x</a>`)).toEqual(['a leads to script']);
    expect(await openMarkup('<!doctype html><p>nothing</p>')).toEqual([]);
  });

  test('of many pages, the one that is written without care is named', async () => {
    const good = '<!doctype html><p>nothing</p>';
    const found = await openFramed([
      good,
      careless(PAYLOADS[0] ?? ''),
      good,
      `<!doctype html><a href="${ADDRESS}">x</a>`,
    ]);
    expect(found).toEqual({
      [`${SITE}/framed/1`]: expect.arrayContaining(['the canary was called']),
      [`${SITE}/framed/3`]: ['a leads to script'],
    });
  });

  test('our policy stops what runs where escaping failed', async () => {
    const policy = "default-src 'none'; script-src 'self'; base-uri 'none'";
    for (const payload of PAYLOADS)
      expect(await openMarkup(careless(payload), policy), payload).not.toContain('the canary was called');
  });
});

/** As many as Chromium shows at once without taking longer for each. */
const AT_ONCE = 25;

// One language is enough: both show the same fields.
test.each([
  ['script in every shape', ALL],
  ['an address that is script', ADDRESS],
])('no field of any page runs, loads or leads away: %s', { timeout: 120_000 }, async (_what, attack) => {
  const samples = pageSamples(() => attack);
  for (let from = 0; from < samples.length; from += AT_ONCE) {
    const together = samples.slice(from, from + AT_ONCE);
    const found = await openFramed(together.map(({ render }) => renderDocument(render(textFor('en')))));
    const named = Object.entries(found).map(([url, dangers]) => {
      return [together[Number(url.split('/').at(-1))]?.name ?? url, dangers];
    });
    expect(named).toEqual([]);
  }
});

/** All that show what others chose: names, purposes, browsers. */
const PAGES = [
  ...['/', '/board', '/account', '/account/services', '/account/activity', '/account/activity?kind=services'],
  ...['/account/security', '/account/sessions', '/account/data', '/account/close', '/logout'],
  ...['/logout?client_id=hostile', '/device'],
];

describe('the running provider', () => {
  let provider: TestProvider;
  let hostile: TestRelyingParty;
  /** As much as a name may hold. */
  const stored = PAYLOADS.slice(0, 3).join(' ');

  beforeAll(async () => {
    provider = await startProvider();
    hostile = await createRelyingParty(provider, {
      clientId: 'hostile',
      metadata: { policy_uri: 'https://university.example/privacy?canary()' },
      rest: {
        name: { fa: stored, en: stored },
        agreement: {
          claims: ['given_name', 'phone_number'].map((claim) => ({
            claim,
            purpose: { fa: stored, en: stored },
            required: claim === 'given_name',
          })),
          scopes: ['openid', 'profile', 'phone'],
        },
      },
    });
    await context.route('https://university.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><p>back' }),
    );
  });
  afterAll(() => provider.close());

  const open = async (address: string) => {
    await canary.tab.goto(new URL(address, provider.issuer).href, { waitUntil: 'load' });
    return canary.dangers();
  };
  const encoded = (payload: string) => encodeURIComponent(payload);

  test('from sign-in to sign-out with a hostile name, purpose and policy, and a browser with a hostile name', async () => {
    const { tab } = canary;
    await tab.setExtraHTTPHeaders({ 'user-agent': `Mozilla/5.0 ${stored}` });
    expect(await open((await hostile.begin({ scope: 'openid profile phone', state: ALL })).url)).toEqual([]);
    await tab.fill('[name=national_code]', stored);
    await tab.fill('[name=password]', ALL);
    await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
    await tab.waitForSelector('[role=alert]');
    expect(await canary.dangers()).toEqual([]);
    await tab.fill('[name=national_code]', provider.citizens[0]?.nationalCode ?? '');
    await tab.fill('[name=password]', provider.password);
    await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
    await tab.waitForURL('**/consent/**');
    expect(await tab.textContent('main')).toContain('<script>canary()</script>');
    expect(await canary.dangers()).toEqual([]);
    await tab.click('button[value=allow]');
    await tab.waitForURL('https://university.example/**');
    for (const path of PAGES) expect(await open(path), path).toEqual([]);
    expect(await open('/device?user_code=%22%3E%3Cscript%3Ecanary()%3C/script%3E')).toEqual([]);
  });

  test('what a link reflects on pages and on error pages', async () => {
    // One by one they are tried without Chromium, which takes its time.
    for (const payload of [ALL, ADDRESS]) {
      const { searchParams } = new URL((await hostile.begin()).url);
      const changed = (change: Record<string, string>) =>
        `/auth?${new URLSearchParams({ ...Object.fromEntries(searchParams), ...change })}`;
      for (const address of [
        changed({ prompt: 'login', login_hint: payload, ui_locales: payload }),
        changed({ client_id: payload }),
        changed({ redirect_uri: payload }),
        changed({ redirect_uri: 'https://evil.example/', state: payload }),
        `/${encoded(payload)}`,
        `/?ui_locales=${encoded(payload)}`,
        `/?q=${encoded(payload)}&kind=${encoded(payload)}&page=${encoded(payload)}`,
        `/account/activity?kind=${encoded(payload)}`,
        `/account/security?news=${encoded(payload)}`,
        `/account/receipts/${encoded(payload)}`,
        `/open/${encoded(payload)}`,
        `/sign-in/${encoded(payload)}`,
        `/logout?id_token_hint=${encoded(payload)}`,
        `/logout?client_id=hostile&post_logout_redirect_uri=${encoded(payload)}`,
        `/device?user_code=${encoded(payload)}`,
        `/enter?to=${encoded(payload)}`,
      ])
        expect(await open(address), address).toEqual([]);
    }
  }, 120_000);

  test('an answer by form_post with script in its state', async () => {
    const { url } = await hostile.begin({ response_mode: 'form_post', state: ALL, prompt: 'none' });
    expect(await open(url)).toEqual([]);
  });
});
