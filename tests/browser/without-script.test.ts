import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { faultsWithoutScript } from '#tests/support/page-checks.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

const page = (body: string) => `<!doctype html><html lang="en"><title>still</title><main><h1>Page</h1>${body}
<script>document.title = ''; document.documentElement.lang = ''</script></main></html>`;

const ADDRESS = 'http://page.example/';

test('axe judges a page as a browser without script shows it', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tab = await context.newPage();
  const show = async (body: string) => {
    await tab.unrouteAll();
    await tab.route(ADDRESS, (route) => route.fulfill({ contentType: 'text/html', body: page(body) }));
    await tab.goto(ADDRESS);
    return faultsWithoutScript(tab);
  };
  expect(await show('<p>Good</p>')).toEqual([]);
  expect(await show('<img src="data:,">')).toEqual([expect.stringContaining('axe image-alt')]);
  expect(await show('<noscript><img src="data:,"></noscript>')).toEqual([expect.stringContaining('axe image-alt')]);
  await context.close();
}, 30_000);
