import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LookupAll } from '#platform/http/guarded-lookup.ts';
import type { OutboundReason } from '#platform/http/outbound.ts';
import { answers, closing, outbound, reasonOf, serve } from './outbound-under-test.ts';

describe('an ordinary call', () => {
  test('brings back status, headers and body, and sends no cookie', async () => {
    const at = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        response.setHeader('cache-control', 'max-age=90').setHeader('set-cookie', 'a=b');
        response.statusCode = 201;
        response.end(JSON.stringify({ method: request.method, body, headers: request.headers }));
      });
    });
    const fetch = outbound();
    const call = () =>
      fetch(`${at}/x`, { method: 'POST', body: new URLSearchParams({ a: 'b' }), headers: { cookie: 'c=d' } });
    await call();
    const response = await call();
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('max-age=90');
    const seen = (await response.json()) as { method: string; body: string; headers: Record<string, string> };
    expect(seen).toMatchObject({ method: 'POST', body: 'a=b' });
    expect(seen.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(seen.headers).not.toHaveProperty('cookie');
  });

  test('an answer without a body is an answer', async () => {
    const at = await serve((_, response) => response.writeHead(204).end());
    expect((await outbound()(at, { method: 'POST' })).status).toBe(204);
  });
});

describe('where a call may lead', () => {
  test('without the development setting this machine is out of reach, by name and by address', async () => {
    let reached = 0;
    const at = await serve((_, response) => {
      reached++;
      response.end();
    });
    const port = new URL(at).port;
    const strict = outbound({ allowPrivateAddresses: false });
    expect(await reasonOf(strict(at))).toBe('not-https');
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.1',
      '0',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ]) {
      expect(await reasonOf(strict(`https://${host}:${port}/`)), host).toBe('address-not-public');
    }
    expect(reached).toBe(0);
    expect(await reasonOf(outbound()(at)), 'control').toBe('answered');
    expect(reached).toBe(1);
  });

  test('the development setting opens loopback and nothing else that is private', async () => {
    const fetch = outbound({ lookup: answers('10.0.0.5') });
    expect(await reasonOf(fetch('https://internal.example/'))).toBe('address-not-public');
    expect(await reasonOf(fetch('http://169.254.169.254/latest/meta-data'))).toBe('not-https');
    expect(await reasonOf(fetch('https://169.254.169.254/latest/meta-data'))).toBe('address-not-public');
  });

  test('one private address among public ones refuses the name', async () => {
    const fetch = outbound({ allowPrivateAddresses: false, lookup: answers('93.184.216.34', '192.168.1.1') });
    expect(await reasonOf(fetch('https://mixed.example/'))).toBe('address-not-public');
  });

  test('a name that answers differently the second time is looked up once a connection, and that answer is judged', async () => {
    let reached = 0;
    const at = await serve((_, response) => {
      reached++;
      response.end();
    });
    const port = new URL(at).port;
    let asked = 0;
    const rebinding: LookupAll = (name, callback) => answers(asked++ === 0 ? '192.0.2.1' : '127.0.0.1')(name, callback);
    const fetch = outbound({ allowPrivateAddresses: false, lookup: rebinding, timeoutMs: 300 });
    // Both the first answer (documentation range) and the rebound one are out of bounds.
    expect(await reasonOf(fetch(`https://rebind.example:${port}/`))).toBe('address-not-public');
    expect(await reasonOf(fetch(`https://rebind.example:${port}/`))).toBe('address-not-public');
    expect([asked, reached]).toEqual([2, 0]);
    // Control: with the same name bound to this machine and loopback allowed, the server is there to be reached.
    expect(await reasonOf(outbound({ lookup: answers('127.0.0.1') })(`http://localhost:${port}/`))).toBe('answered');
  });

  test('what was looked up is what is connected to, although the name has moved since', async () => {
    let reached = 0;
    const at = await serve((_, response) => {
      reached++;
      response.end();
    });
    let asked = 0;
    const moving: LookupAll = (name, callback) => answers(asked++ === 0 ? '127.0.0.1' : '127.0.0.99')(name, callback);
    expect(await reasonOf(outbound({ lookup: moving })(at))).toBe('answered');
    expect([asked, reached]).toEqual([1, 1]);
    // Control: a fresh connection asks anew and goes to the other address, where nobody listens.
    expect(await reasonOf(outbound({ lookup: moving })(at))).toBe('connection-failed');
    expect([asked, reached]).toEqual([2, 1]);
  });

  test.each<[string, OutboundReason]>([
    ['no url', 'not-a-url'],
    ['ftp://university.example/', 'not-https'],
    ['http://university.example/', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['https://a:b@university.example/', 'user-info'],
    ['https://university.example:22/', 'port'],
    ['https://university.example:80/', 'port'],
  ])('refused before anything is sent: %s', async (url, reason) => {
    expect(await reasonOf(outbound()(url))).toBe(reason);
  });

  test('a name that does not exist says so', async () => {
    const lookup: LookupAll = (_name, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    expect(await reasonOf(outbound({ lookup })('https://gone.example/'))).toBe('name-not-found');
  });
});

test('https reaches a server whose certificate is for that name and is trusted, and no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outbound-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=university.test', '-addext', 'subjectAltName=DNS:university.test'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const ca = readFileSync(cert, 'utf8');
  const server = createSecureServer({ key: readFileSync(key), cert: ca }, (_, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const lookup = answers('127.0.0.1');
  const response = await outbound({ lookup, ca })(`https://university.test:${port}/`);
  expect(await response.text()).toBe('here');
  expect(await reasonOf(outbound({ lookup, ca })(`https://other.test:${port}/`))).toBe('connection-failed');
  expect(await reasonOf(outbound({ lookup })(`https://university.test:${port}/`))).toBe('connection-failed');
});
