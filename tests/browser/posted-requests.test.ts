import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';
import { html, renderDocument } from '#views/html.ts';

/** A relying party on another site (127.0.0.1 is another site than localhost) that posts its requests. */
let browser: Browser;
let provider: TestProvider;
let party: TestRelyingParty;
let server: Server;
let site: string;
let callback: string;
let wanted: { action: string; fields: [string, string][] };

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url !== '/form') return response.end('<!doctype html><title>arrived</title>');
    const inputs = wanted.fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
    const form = html`<form method="post" action="${wanted.action}">${inputs}<button>go</button></form>`;
    return response.end(renderDocument(form));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  site = `http://127.0.0.1:${port}`;
  callback = `http://localhost:${port}/callback`;
  [browser, provider] = await Promise.all([launchChromium(), startProvider()]);
  party = await createRelyingParty(provider, {
    clientId: 'poster',
    metadata: { redirect_uris: [callback], post_logout_redirect_uris: [] },
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await browser.close();
  await provider.close();
});

test('a form of another site finds the session that Chromium keeps from cross-site posts', async () => {
  const tab = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  const postTo = async (action: string, fields: [string, string][]) => {
    wanted = { action, fields };
    await tab.goto(`${site}/form`);
    await tab.click('button');
  };
  const begin = async (extra: Record<string, string> = {}) => {
    const { url } = await party.begin({ redirect_uri: callback, ...extra });
    await postTo(`${provider.issuer}/auth`, [...new URL(url).searchParams]);
  };

  await begin();
  await tab.fill('[name=national_code]', provider.citizens[0]?.nationalCode ?? '');
  await tab.fill('[name=password]', provider.password);
  await tab.click('form:has([name=password]) button[type=submit] >> nth=0');
  await tab.click('button[value=allow]');
  await tab.waitForURL(`${callback}?*`);

  await begin({ prompt: 'none' });
  await tab.waitForURL(`${callback}?*`);
  expect(new URL(tab.url()).searchParams.get('error')).toBe(null);
  expect(new URL(tab.url()).searchParams.get('code')).toMatch(/./);

  await postTo(`${provider.issuer}/logout`, [['client_id', 'poster']]);
  await tab.click('button[name=logout]');
  await begin({ prompt: 'none' });
  await tab.waitForURL(`${callback}?*`);
  expect(new URL(tab.url()).searchParams.get('error')).toBe('login_required');
});

test('control: the same post without the step of ours comes without cookies', async () => {
  const context = await browser.newContext();
  const { hostname } = new URL(provider.issuer);
  await context.addCookies([{ name: 'probe', value: '1', domain: hostname, path: '/', sameSite: 'Lax' }]);
  const tab = await context.newPage();
  const cookies: (string | null)[] = [];
  tab.on('request', async (request) => {
    if (!request.url().startsWith(`${provider.issuer}/auth`)) return;
    const headers = await request.allHeaders();
    cookies.push(`${request.method()} ${(headers.cookie ?? '').includes('probe=1')}`);
  });
  wanted = { action: `${provider.issuer}/auth`, fields: [['client_id', 'poster']] };
  await tab.goto(`${site}/form`);
  await tab.click('button');
  await tab.waitForLoadState();
  await expect.poll(() => cookies).toEqual(['POST false', 'GET true']);
});
