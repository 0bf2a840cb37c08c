import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { createRelyingParty, type TestRelyingParty } from '#tests/support/relying-party.ts';

/** Whoever chooses the Host header, or a header that proxies write, would choose where our links lead. */
const EVIL = 'evil.example';

let provider: TestProvider;
let university: TestRelyingParty;
let unprotected: Server;

beforeAll(async () => {
  provider = await startProvider({ stores: 'real' });
  university = await createRelyingParty(provider, { clientId: 'university' });
  const bare = new Provider('http://localhost', {});
  bare.proxy = true;
  unprotected = createServer(bare.callback()).listen(0, '127.0.0.1');
  await once(unprotected, 'listening');
});
afterAll(async () => {
  unprotected.close();
  await provider.close();
});

const POISONS: Record<string, string>[] = [
  { host: EVIL },
  { host: `${EVIL}:80` },
  { host: `localhost@${EVIL}` },
  { host: `localhost"><script src=//${EVIL}>` },
  { 'x-forwarded-host': EVIL },
  { 'x-forwarded-host': `${EVIL}, localhost` },
  { 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https', 'x-forwarded-port': '666' },
  { 'x-forwarded-proto': `https://${EVIL}/?` },
  { 'x-forwarded-prefix': `//${EVIL}` },
  { 'x-forwarded-server': EVIL, 'x-host': EVIL, 'x-http-host-override': EVIL },
  { 'x-original-url': `//${EVIL}/`, 'x-rewrite-url': `//${EVIL}/` },
  { forwarded: `for=1.2.3.4;host=${EVIL};proto=https` },
];

type Reply = { status: number | undefined; headers: string; text: string };

function send(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, async (response) => {
      response.setEncoding('utf8');
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, headers: JSON.stringify(response.headers), text });
    });
    request.on('error', reject).end();
  });
}

/** The request line and the headers exactly as written. */
async function sendRaw(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  socket.end(`${head}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const isPoisoned = ({ headers, text }: Reply) => (headers + text).includes(EVIL);

async function paths(): Promise<string[]> {
  const { url } = await university.begin();
  const { url: silent } = await university.begin({ prompt: 'none' });
  const relative = (absolute: string) => absolute.slice(provider.issuer.length);
  return [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    relative(url),
    relative(silent),
    '/auth?client_id=nobody',
    '/logout',
    '/device',
    '/jwks',
    '/userinfo',
    '/',
    '/nowhere',
    '/sign-in/unknown',
    '/healthz',
    '/readyz',
    ...['/console', '/console/enter', '/console/arrive?code=x', '/console/signed-out', '/console/nowhere'],
    ...['/api', '/api/openapi.json', '/api/relying-parties', '/.well-known/oauth-protected-resource/api'],
  ];
}

test.each(POISONS)('no answer repeats %j', async (headers) => {
  for (const path of await paths())
    expect([path, isPoisoned(await send(portOf(provider.app.server), path, headers))]).toEqual([path, false]);
});

test('control: the library alone repeats them, and this harness sees it', async () => {
  const seen = async (headers: Record<string, string>) =>
    isPoisoned(await send(portOf(unprotected), '/.well-known/openid-configuration', headers));
  expect(await seen({ host: EVIL })).toBe(true);
  expect(await seen({ 'x-forwarded-host': EVIL })).toBe(true);
});

test('links carry the issuer whatever was asked, also by whoever asks first', async () => {
  const fresh = await startProvider({ stores: 'real' });
  try {
    const poison = { host: EVIL, 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https' };
    for (const headers of [poison, {}]) {
      const { text } = await send(portOf(fresh.app.server), '/.well-known/openid-configuration', headers);
      const document = JSON.parse(text) as Record<string, unknown>;
      const links = Object.values(document).filter((value) => typeof value === 'string' && /^https?:/.test(value));
      expect(links.length).toBeGreaterThan(8);
      for (const link of links) expect(String(link)).toMatch(new RegExp(`^${fresh.issuer}(?:/|$)`));
    }
  } finally {
    await fresh.close();
  }
});

describe('a request line that is not a path', () => {
  test.each([
    `GET http://${EVIL}/.well-known/openid-configuration HTTP/1.1\r\nHost: localhost`,
    `GET http://${EVIL}/.well-known/openid-configuration HTTP/1.1\r\nHost: ${EVIL}`,
    `GET //${EVIL}/.well-known/openid-configuration HTTP/1.1\r\nHost: localhost`,
    `GET http://${EVIL}/auth?client_id=x HTTP/1.1\r\nHost: localhost`,
    `GET http://user@${EVIL}/ HTTP/1.1\r\nHost: localhost`,
    `GET http://${EVIL}//${EVIL}/sign-in/x HTTP/1.1\r\nHost: localhost`,
    `GET javascript:alert(1)//${EVIL} HTTP/1.1\r\nHost: localhost`,
    `GET /\\${EVIL}/ HTTP/1.1\r\nHost: localhost`,
    `GET /%0d%0aLocation:%20//${EVIL} HTTP/1.1\r\nHost: localhost`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nHost: ${EVIL}`,
    `GET / HTTP/1.0\r\nX-Forwarded-Host: ${EVIL}`,
    `OPTIONS * HTTP/1.1\r\nHost: ${EVIL}`,
    `CONNECT ${EVIL}:443 HTTP/1.1\r\nHost: ${EVIL}`,
  ])('%j makes no link to there', async (head) => {
    const answer = await sendRaw(portOf(provider.app.server), head);
    const [top = '', ...rest] = answer.split('\r\n\r\n');
    expect(top).not.toMatch(new RegExp(`^(?:location|link|refresh|access-control-allow-origin):.*${EVIL}`, 'im'));
    expect(rest.join()).not.toMatch(new RegExp(`(?:https?:|["'(])//[^"/]*${EVIL}`, 'i'));
  });

  test('control: the library alone makes one of an absolute target', async () => {
    const answer = await sendRaw(
      portOf(unprotected),
      `GET /.well-known/openid-configuration HTTP/1.1\r\nHost: ${EVIL}`,
    );
    expect(answer).toMatch(new RegExp(`http://${EVIL}/`));
  });

  test('two lengths, or a length and chunks, are refused before anybody answers twice', async () => {
    const smuggled = 'GET /nowhere HTTP/1.1\r\nHost: localhost';
    for (const lengths of [
      'Content-Length: 0\r\nContent-Length: 9',
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: xchunked',
    ]) {
      const answer = await sendRaw(
        portOf(provider.app.server),
        `POST /token HTTP/1.1\r\nHost: localhost\r\n${lengths}\r\n\r\n0\r\n\r\n${smuggled}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (?:400|501)/);
    }
  });
});

test('who asks is told by proxies that the settings name, and by nobody else', async () => {
  const asked = (peer: string, forwarded: string) =>
    ({ socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': forwarded } }) as unknown as Parameters<
      TestProvider['services']['clientAddress']
    >[0];
  expect(provider.services.clientAddress(asked('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  const behind = await startProvider({ stores: 'real', environment: { PANJEREH_TRUSTED_PROXIES: '10.0.0.0/8' } });
  try {
    expect(behind.services.clientAddress(asked('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
    expect(behind.services.clientAddress(asked('10.0.0.1', '198.51.100.1'))).toBe('198.51.100.1');
    expect(behind.services.clientAddress(asked('10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2'))).toBe('198.51.100.1');
    expect(behind.services.clientAddress(asked('10.0.0.1', 'unknown, <script>'))).toBe('10.0.0.1');
  } finally {
    await behind.close();
  }
});
