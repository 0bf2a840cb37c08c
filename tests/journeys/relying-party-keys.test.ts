import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import { noticeFor } from '#relying-parties/key-notices.ts';
import { createFakeClock, type FakeClock } from '#tests/support/fake-clock.ts';
import { startProvider, type TestProvider } from '#tests/support/provider.ts';

/** A relying party with a key set of its own on a real endpoint, which promises that nothing changes for an hour. */
let clock: FakeClock;
let provider: TestProvider;
let server: Server;
const endpoint = { keys: [] as JWK[], status: 200, fetches: 0 };

type Key = { kid: string; privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']; publicJwk: JWK };

async function newKey(more: Record<string, unknown> = {}): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicJwk: { ...jwk, kid, use: 'sig', alg: 'ES256', ...more } };
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  clock = createFakeClock(systemClock.now());
  provider = await startProvider({ clock });
  server = createServer((_request, response) => {
    endpoint.fetches += 1;
    response
      .writeHead(endpoint.status, { 'content-type': 'application/json', 'cache-control': 'max-age=3600' })
      .end(JSON.stringify({ keys: endpoint.keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await provider.register({
    clientId: 'service',
    agreement: { claims: [], scopes: ['grades:read'] },
    metadata: {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `http://localhost:${(server.address() as AddressInfo).port}/jwks`,
      grant_types: ['client_credentials'],
    },
  });
});
afterAll(async () => {
  await provider.close();
  server.close();
  vi.useRealTimers();
});
beforeEach(() => {
  pass(2 * DAY);
  Object.assign(endpoint, { status: 200, fetches: 0 });
});

/** The library asks the system's clock, we ask the one we were handed: both move. */
function pass(ms: number): void {
  clock.advance(ms);
  vi.setSystemTime(clock.now());
  void provider.services.signingKeys.refresh();
}

async function authenticate({ kid, privateKey }: Key): Promise<number> {
  await provider.services.signingKeys.refresh();
  const now = Math.floor(clock.now() / 1000);
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer('service')
    .setSubject('service')
    .setAudience(provider.issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(privateKey);
  const answer = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  return answer.status;
}

describe("a relying party's own keys", () => {
  test('a new kid is looked for at once though the cache says fresh, and at most once a minute', async () => {
    const [old, fresh] = [await newKey(), await newKey()];
    endpoint.keys = [old.publicJwk];
    expect(await authenticate(old)).toBe(200);
    const before = endpoint.fetches;
    pass(61 * SECOND);
    endpoint.keys = [old.publicJwk, fresh.publicJwk];
    expect(await authenticate(fresh)).toBe(200);
    expect(endpoint.fetches).toBe(before + 1);
    const stranger = await newKey();
    for (let tried = 0; tried < 5; tried += 1) expect(await authenticate(stranger)).toBe(401);
    expect(endpoint.fetches).toBe(before + 1);
    pass(61 * SECOND);
    for (let tried = 0; tried < 5; tried += 1) expect(await authenticate(stranger)).toBe(401);
    expect(endpoint.fetches).toBe(before + 2);
  });

  test('a key that was taken out is believed no longer than the cache promise of its own endpoint', async () => {
    const [leaked, other] = [await newKey(), await newKey()];
    endpoint.keys = [leaked.publicJwk, other.publicJwk];
    expect(await authenticate(leaked)).toBe(200);
    endpoint.keys = [other.publicJwk];
    pass(1 * HOUR + 1 * SECOND);
    expect(await authenticate(leaked)).toBe(401);
    expect(await authenticate(other)).toBe(200);
  });

  test('while the endpoint is down its keys go on for 24 hours, and then no more', async () => {
    const key = await newKey();
    endpoint.keys = [key.publicJwk];
    expect(await authenticate(key)).toBe(200);
    endpoint.status = 503;
    pass(23 * HOUR);
    expect(await authenticate(key)).toBe(200);
    pass(2 * HOUR);
    expect(await authenticate(key)).toBe(401);
    endpoint.status = 200;
    pass(61 * SECOND);
    expect(await authenticate(key)).toBe(200);
  });
});

describe('notices', () => {
  const now = 1000 * DAY;
  test.each([
    [{ expiresAt: undefined, firstSeen: now - 364 * DAY }, undefined],
    [{ expiresAt: undefined, firstSeen: now - 365 * DAY }, 'unchanged-for-a-year'],
    [{ expiresAt: now + 31 * DAY, firstSeen: now }, undefined],
    [{ expiresAt: now + 30 * DAY, firstSeen: now }, 'expires-soon'],
    [{ expiresAt: now, firstSeen: now - 400 * DAY }, 'expired'],
  ])('%o: %s', (key, notice) => {
    expect(noticeFor({ ...key, now })).toBe(notice);
  });

  test('each is raised once, in the audit and in the metrics, and ends when the key is replaced', async () => {
    const soon = await newKey({ exp: Math.floor((clock.now() + 3 * DAY) / 1000) });
    endpoint.keys = [soon.publicJwk];
    const { auditStore, metrics, registry } = provider.services;
    const before = await auditStore.count('relying-party.key-noticed');
    const noticed = async () =>
      /panjereh_relying_party_key_notices (\d+)/.exec((await metrics.text()).body)?.[1] ?? 'no such metric';
    await registry.keyNotices.look();
    await registry.keyNotices.look();
    await auditStore.flush();
    expect(await auditStore.count('relying-party.key-noticed')).toBe(before + 1);
    expect(await noticed()).toBe('1');
    endpoint.keys = [(await newKey()).publicJwk];
    pass(1 * HOUR + 1 * MINUTE);
    await registry.keyNotices.look();
    expect(await noticed()).toBe('0');
  });
});
