import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { OutboundFetch } from '#platform/http/outbound.ts';
import { createFetchedKeySets, KeySetUnavailable } from '#relying-parties/fetched-key-sets.ts';
import { createFakeClock } from '#tests/support/fake-clock.ts';

const uri = 'https://university.example/jwks';

/** An endpoint whose answer the test changes; every call is counted. */
function setUp() {
  const clock = createFakeClock();
  const endpoint = { calls: 0, kid: 'one', isDown: false, cacheControl: undefined as string | undefined };
  const fetch: OutboundFetch = async () => {
    endpoint.calls++;
    if (endpoint.isDown) return new Response('no', { status: 503 });
    const headers = endpoint.cacheControl === undefined ? {} : { 'cache-control': endpoint.cacheControl };
    return Response.json({ keys: [{ kty: 'EC', kid: endpoint.kid }] }, { headers });
  };
  const keySets = createFetchedKeySets({ fetch, clock });
  const kid = async () => (await keySets.fetchKeySet(uri)).keys[0]?.kid;
  return { clock, endpoint, fetch, keySets, kid };
}

test.each([
  [undefined, MINUTE],
  ['no-store', MINUTE],
  ['max-age=1', MINUTE],
  ['public, max-age=600', 600 * SECOND],
  ['max-age=99999999', 24 * HOUR],
])('with Cache-Control %j a key set is kept for %d ms', async (cacheControl, keptFor) => {
  const { clock, endpoint, kid } = setUp();
  endpoint.cacheControl = cacheControl;
  await kid();
  endpoint.kid = 'two';
  clock.advance(keptFor - 1);
  expect(await kid()).toBe('one');
  clock.advance(1);
  expect(await kid()).toBe('two');
  expect(endpoint.calls).toBe(2);
});

test('callers at the same time share one fetch', async () => {
  const { endpoint, kid } = setUp();
  await Promise.all(Array.from({ length: 50 }, kid));
  expect(endpoint.calls).toBe(1);
});

test('an endpoint that is down is asked once a minute, and its last key set lasts a day', async () => {
  const { clock, endpoint, kid } = setUp();
  await kid();
  endpoint.isDown = true;
  clock.advance(MINUTE);
  expect(await kid()).toBe('one');
  expect(await kid()).toBe('one');
  expect(endpoint.calls).toBe(2);
  clock.advance(24 * HOUR - MINUTE);
  expect(await kid()).toBe('one');
  clock.advance(MINUTE);
  await expect(kid()).rejects.toThrow(KeySetUnavailable);
  endpoint.isDown = false;
  clock.advance(MINUTE);
  expect(await kid()).toBe('one');
});

test('an endpoint that was never up is asked once a minute too', async () => {
  const { clock, endpoint, kid } = setUp();
  endpoint.isDown = true;
  for (let asked = 0; asked < 20; asked++) await expect(kid()).rejects.toThrow(KeySetUnavailable);
  expect(endpoint.calls).toBe(1);
  clock.advance(MINUTE);
  await expect(kid()).rejects.toThrow(KeySetUnavailable);
  expect(endpoint.calls).toBe(2);
});

test('a new library provider is answered from what is known, and only key sets are', async () => {
  const { endpoint, fetch, keySets } = setUp();
  for (let swapped = 0; swapped < 5; swapped++) {
    const response = await keySets.forLibrary(fetch)(uri, {
      method: 'GET',
      headers: new Headers({ accept: 'application/json' }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('max-age=60');
    expect(await response.json()).toEqual({ keys: [{ kty: 'EC', kid: 'one' }] });
  }
  expect(endpoint.calls).toBe(1);
  await keySets.forLibrary(fetch)('https://university.example/backchannel-logout', { method: 'POST' });
  expect(endpoint.calls).toBe(2);
});
