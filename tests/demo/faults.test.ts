import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMobileOwnershipApp } from '../../demo/outside/mobile-ownership-app.ts';
import { listen } from './spoiling-provider.ts';

let server: Server;
let url: string;
const token = 'a-token-of-the-test';

beforeEach(async () => {
  server = createServer(createMobileOwnershipApp({ token, log: () => {} }).callback());
  url = `http://localhost:${await listen(server)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = () =>
  fetch(`${url}/v1/ownership-checks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ nationalCode: '4419057726', mobileNumber: '+989990000011' }),
  }).then(
    ({ status }) => status,
    () => 'no answer',
  );
const post = (body: string, headers: Record<string, string>) =>
  fetch(`${url}/switch`, { method: 'POST', body, headers, redirect: 'manual' });
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the switch of a demo service', () => {
  test('a program makes it fail, fail now and then, vanish, and work again', async () => {
    const answers = async (mode: string) => {
      await post(JSON.stringify({ mode }), json);
      return [await ask(), await ask()].sort();
    };
    expect(await answers('errors')).toEqual([503, 503]);
    expect(await answers('some-errors')).toEqual([200, 503]);
    expect(await answers('outage')).toEqual(['no answer', 'no answer']);
    expect(await answers('up')).toEqual([200, 200]);
  });

  test('a person does so by the form on its page', async () => {
    const page = await (await fetch(`${url}/faults?lang=en`)).text();
    expect(page).toContain('<form method="post" action="/switch">');
    expect(page).toMatch(/value="up" checked/);
    const answer = await post('mode=outage&latencyMs=0', { ...form, 'sec-fetch-site': 'same-origin' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/faults']);
    expect(await ask()).toBe('no answer');
    expect(await (await fetch(`${url}/switch`)).json()).toEqual({ latencyMs: 0, mode: 'outage' });
  });

  test.each([
    ['a form of another site', 'mode=outage', { ...form, 'sec-fetch-site': 'cross-site' }, 403],
    ['text, as another site could post', '{"mode":"outage"}', { 'content-type': 'text/plain' }, 415],
    ['a mode that there is not', '{"mode":"explode"}', json, 400],
    ['a delay without end', '{"latencyMs":1e9}', json, 400],
    ['no JSON', '{', json, 400],
  ])('%s switches nothing', async (_, body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
    expect(await ask()).toBe(200);
  });
});
