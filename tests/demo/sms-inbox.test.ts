import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInboxApp } from '../../demo/sms/app.ts';
import { createInbox } from '../../demo/sms/inbox.ts';
import { listen } from './spoiling-provider.ts';

let server: Server;
let url: string;

beforeEach(async () => {
  const inbox = createInbox({ now: () => Date.UTC(2026, 10, 24, 12) });
  server = createServer(createInboxApp({ inbox, log: () => {} }).callback());
  url = `http://localhost:${await listen(server)}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (body: unknown, type = 'application/json', token = 'demo-sms-gateway-token') =>
  fetch(`${url}/messages`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
  });

describe('the SMS inbox', () => {
  test('shows what was sent, the newest first, and as text', async () => {
    expect((await send({ to: '+989990000001', text: 'کد شما ۱۲۳۴۵۶' })).status).toBe(202);
    expect((await send({ to: '+989990000002', text: '<b>second</b>' })).status).toBe(202);
    const page = await (await fetch(url)).text();
    expect(page).toContain('کد شما ۱۲۳۴۵۶');
    expect(page).not.toContain('<b>second');
    expect(page.indexOf('second')).toBeLessThan(page.indexOf('۱۲۳۴۵۶'));
  });

  test('gives a program the messages of one number', async () => {
    await send({ to: '+989990000001', text: 'first' });
    await send({ to: '+989990000002', text: 'second' });
    const found = await (await fetch(`${url}/messages?to=${encodeURIComponent('+989990000002')}`)).json();
    expect(found).toMatchObject([{ to: '+989990000002', text: 'second' }]);
  });

  test.each([
    ['no number', { text: 'x' }],
    ['a number that is not international', { to: '09990000001', text: 'x' }],
    ['no text', { to: '+989990000001', text: '' }],
    ['a text longer than any message', { to: '+989990000001', text: 'x'.repeat(491) }],
    ['no object', 'x'],
    ['null', null],
  ])('refuses %s', async (_, body) => {
    expect((await send(body)).status).toBe(400);
  });

  test('takes nothing from somebody without its token', async () => {
    expect((await send({ to: '+989990000001', text: 'x' }, 'application/json', 'another-token')).status).toBe(401);
    expect(await (await fetch(`${url}/messages`)).json()).toEqual([]);
  });

  test('refuses what a page of another origin could post', async () => {
    expect((await send({ to: '+989990000001', text: 'x' }, 'text/plain')).status).toBe(415);
  });
});
