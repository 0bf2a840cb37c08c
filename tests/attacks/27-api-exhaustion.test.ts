import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiService, callApi, createApiService } from '#tests/support/api-service.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';
import { inTurns } from './hostile-requests.ts';

let provider: TestProvider;
let service: ApiService;
let token: string;
const path = '/organisation';

beforeAll(async () => {
  provider = await startProvider();
  service = await createApiService(provider, { clientId: 'service' });
  token = await service.token();
});
afterAll(() => provider.close());

describe('at the API, more than there should be is refused', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    callApi(provider.issuer, {
      method: 'POST',
      path: '/organisation/domains',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });

  test('a body is JSON, uncompressed, and at most 64 kB', async () => {
    const padded = (bytes: number) => JSON.stringify({ domain: 'a.ac.ir' }).padEnd(bytes, ' ');
    expect((await post(padded(64 * 1024))).status).toBe(201);
    expect((await post(padded(64 * 1024 + 1))).status).toBe(413);
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post('domain=a.ac.ir', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{"domain":')).status).toBe(400);
    expect((await post(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400);
    expect((await post('['.repeat(30_000))).status).toBe(400);
    expect((await post(`${'['.repeat(5000)}${']'.repeat(5000)}`)).status).toBe(422);
  });

  test('a body is refused by what it says of its length, before it has come, and by its length where it says nothing', async () => {
    const send = (headers: Record<string, string>, bytes: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const begun = request(`${provider.issuer}/api/organisation/domains`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        });
        begun.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
        // Never ended: whoever waits for the rest waits for ever.
        begun.write(JSON.stringify({ domain: 'b.ac.ir' }).padEnd(bytes, ' '));
      });
    expect(await send({ 'content-length': String(10 * 1024 * 1024) }, 100)).toBe(413);
    expect(await send({ 'transfer-encoding': 'chunked' }, 64 * 1024 + 1)).toBe(413);
    const inPieces = new Blob([JSON.stringify({ domain: 'b.ac.ir' })]).stream();
    const honest = await fetch(`${provider.issuer}/api/organisation/domains`, {
      ...({ method: 'POST', body: inPieces, duplex: 'half' } as RequestInit),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(honest.status, 'control: in pieces, and small').toBe(201);
  });

  test('a list is no longer than its limit, and a path no deeper than its table', async () => {
    expect((await service.call('GET', '/relying-parties?limit=200')).status).toBe(200);
    expect((await service.call('GET', '/relying-parties?limit=9999')).status).toBe(400);
    expect((await service.call('GET', `/relying-parties/${'a/'.repeat(2000)}`)).status).toBe(404);
    expect((await service.call('GET', '/relying-parties/..%2forganisation')).status).toBe(404);
    expect((await service.call('GET', '/__proto__')).status).toBe(404);
  });

  const uri = { uri: 'x', kind: 'redirect', environment: 'test' };
  test.each([
    { what: 'a look outside', limit: 20, call: (by: ApiService) => by.call('POST', '/uri-checks', { body: uri }) },
    { what: 'a change', limit: 60, call: (by: ApiService) => by.call('POST', '/organisation/domains', { body: {} }) },
    { what: 'a read', limit: 600, call: (by: ApiService) => by.call('GET', path) },
  ])('after $limit calls in a minute $what waits, for each service by itself, and says how long', async (counted) => {
    const { what, limit, call } = counted;
    const busy = await createApiService(provider, { clientId: `busy-with-${limit}` });
    const statuses = await inTurns(Array.from({ length: limit }), 8, async () => (await call(busy)).status);
    expect(statuses).not.toContain(429);
    const refused = await call(busy);
    expect([refused.status, refused.body.limit, refused.body.withinSeconds]).toEqual([429, limit, 60]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call(service)).status, 'control: another service').not.toBe(429);
    if (what !== 'a read') expect((await busy.call('GET', path)).status, 'control: calls of another cost').toBe(200);
  });

  test('after 60 tokens that are none, a network waits, whatever it sends', async () => {
    const tries = Array.from({ length: 60 }, () => `Bearer ${randomUUID()}`);
    await inTurns(tries, 8, (authorization) => callApi(provider.issuer, { path, headers: { authorization } }));
    const refused = await callApi(provider.issuer, { path, headers: { authorization: `Bearer ${token}` } });
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([429, true]);
  });
});
