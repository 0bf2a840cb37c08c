import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** People open two universities side by side. To a browser 127.0.0.1 is another site than localhost. */
let provider: TestProvider;
let university: TestRelyingParty;
let elsewhere: Server;
let chromium: Browser;

beforeAll(async () => {
  provider = await startProvider();
  university = await createRelyingParty(provider, { clientId: 'university' });
  elsewhere = createServer(async (_request, response) => {
    const { url } = await university.begin();
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<a id="in" href="${url.replaceAll('&', '&amp;')}">in</a>`);
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  chromium = await launchChromium();
});
afterAll(async () => {
  await chromium.close();
  elsewhere.close();
  await provider.close();
});

test('a sign-in page opened from another site does not make worthless the one that stands in another tab', async () => {
  const context = await chromium.newContext();
  const open = async () => {
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    await tab.click('#in');
    await tab.waitForURL(/\/sign-in\//);
    return tab;
  };
  const [first] = [await open(), await open()];
  await first.fill('[name=national_code]', provider.citizens[0]?.nationalCode ?? '');
  await first.fill('[name=password]', provider.password);
  await first.click('form:has([name=password]) button[type=submit] >> nth=0');
  await first.waitForURL(/\/consent\//);
  expect(await first.title()).not.toContain('Error');
  await context.close();
});
