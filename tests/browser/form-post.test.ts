import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { collectComplaints, faultsOf } from '#tests/support/page-checks.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

let browser: Browser;
let provider: TestProvider;
let party: TestRelyingParty;
let callback: string;
let server: Server;
let posted: URLSearchParams[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'POST') posted.push(new URLSearchParams(Buffer.concat(chunks).toString()));
    response
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><title>arrived</title><link rel="icon" href="data:,">');
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  callback = `http://localhost:${(server.address() as AddressInfo).port}/callback`;
  [browser, provider] = await Promise.all([launchChromium(), startProvider()]);
  party = await createRelyingParty(provider, { clientId: 'poster', metadata: { redirect_uris: [callback] } });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await browser.close();
  await provider.close();
});
beforeEach(() => {
  posted = [];
});

test.each([
  ['by itself', true, 0],
  ['by its button in a browser without script', false, 1],
] as const)('the answer of response_mode=form_post goes on %s', async (_way, hasScript, citizen) => {
  const context = await browser.newContext({ javaScriptEnabled: hasScript, locale: 'fa-IR' });
  const tab = await context.newPage();
  const complaints = collectComplaints(tab);
  const { url, finish } = await party.begin({ redirect_uri: callback, response_mode: 'form_post' });
  await tab.goto(url);
  await tab.fill('[name=national_code]', provider.citizens[citizen]?.nationalCode ?? '');
  await tab.fill('[name=password]', provider.password);
  await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
  await tab.click('button[value=allow]');
  if (!hasScript) await tab.click('#auto-submit button');
  await tab.waitForURL(callback);
  expect(complaints).toEqual([]);
  expect(posted).toHaveLength(1);
  const answer = new URL(callback);
  answer.search = String(posted[0]);
  expect((await finish(answer)).id_token).toBeDefined();
  await context.close();
});

test('the page that goes on by itself has nothing to complain about while it stands', async () => {
  const context = await browser.newContext({ locale: 'fa-IR', viewport: { width: 360, height: 740 } });
  const tab = await context.newPage();
  await tab.route('**/auto-submit.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
  await tab.goto((await party.begin({ redirect_uri: callback, response_mode: 'form_post', prompt: 'none' })).url);
  await tab.waitForSelector('#auto-submit');
  expect(await tab.getAttribute('html', 'lang')).toBe('fa');
  expect(await faultsOf(tab)).toEqual([]);
  await tab.click('#auto-submit button');
  await tab.waitForURL(callback);
  expect(posted[0]?.get('error')).toBe('login_required');
  await context.close();
});
