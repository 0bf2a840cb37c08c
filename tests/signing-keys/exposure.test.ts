import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseConnection } from '#platform/database/connect.ts';
import { DAY, HOUR, MINUTE } from '#platform/durations.ts';
import { createIsWithin } from '#platform/http/client-address.ts';
import { attribute, type KeySetReader, programOf, siteOf } from '#signing-keys/exposure/jwks-fetch.ts';
import { createJwksFetchesStore } from '#signing-keys/exposure/jwks-fetches-store.ts';
import { recordFetches } from '#signing-keys/exposure/record-fetches.ts';
import { openEmbedded } from '#tests/support/servers.ts';
import { type OpenRing, openRing } from './open-ring.ts';

const reader = (clientId: string, egress: string[] = [], cacheMs = 24 * HOUR): KeySetReader => ({
  clientId,
  name: { fa: clientId, en: clientId },
  cacheMs,
  isFrom: createIsWithin(egress),
});
const readers = [reader('library', ['192.0.2.0/28']), reader('sports', ['198.51.100.7'], 72 * HOUR), reader('silent')];
const JAVA = 'Apache-HttpClient/5.2.1 (Java/17.0.2)';

describe('whose fetch it was', () => {
  test.each([
    ['its registered address', { path: '/jwks', address: '192.0.2.3' }, 'library', 'address'],
    ['its own URL', { path: '/jwks/sports', address: '203.0.113.9' }, 'sports', 'own-url'],
    ['the address, whatever the URL claims', { path: '/jwks/sports', address: '192.0.2.3' }, 'library', 'address'],
    ['nothing', { path: '/jwks', address: '203.0.113.9' }, '', 'nothing'],
    ['a client id that nobody has', { path: '/jwks/nobody', address: '203.0.113.9' }, '', 'nothing'],
  ])('is told by %s', (_what, fetch, clientId, knownBy) => {
    expect(attribute(fetch, readers)).toEqual({ clientId, knownBy });
  });

  test('no full address and no person is kept: programs by name and major version, networks by campus', () => {
    expect([programOf(JAVA), programOf('Mozilla/5.0 (Linux; Android 14)'), programOf('<script>')]).toEqual([
      'Apache-HttpClient/5',
      'browser',
      'unnamed',
    ]);
    expect([siteOf('203.0.113.77'), siteOf('2001:db8:1:2:3::4'), siteOf('x')]).toEqual([
      '203.0.113.0/24',
      '2001:db8:1::/48',
      'unknown',
    ]);
  });
});

describe('the exposure of a key', () => {
  let connection: DatabaseConnection;
  let ring: OpenRing;
  let recording: ReturnType<typeof recordFetches>;
  const keys = () => ring.instance();
  const store = () => createJwksFetchesStore({ database: connection.database });

  beforeAll(async () => {
    connection = await openEmbedded();
    ring = await openRing(connection.database);
    await keys().init({ by: 'tests', algorithms: ['ES256'] });
    await keys().promiseCache({ by: 'tests', cacheMs: 72 * HOUR });
  }, 60_000);
  afterAll(() => connection.close());
  beforeEach(async () => {
    await sql`delete from jwks_fetches`.execute(connection.database);
    recording = recordFetches({
      store: store(),
      clock: ring.clock,
      listReaders: async () => readers,
      onError: (error) => {
        throw error;
      },
      everyMs: 1 * HOUR,
    });
    await recording.flush();
    return () => recording.stop();
  });

  async function fetchBy(address: string, path = '/jwks', userAgent = JAVA): Promise<void> {
    recording.note({ epoch: (await keys().refresh()).epoch, path, address, userAgent });
    await recording.flush();
  }
  const of = async (kid?: string) => {
    const exposure = await keys().exposure({ kid, readers });
    if (exposure === undefined) throw new Error('there is no such key');
    return { ...exposure, by: Object.fromEntries(exposure.relyingParties.map((it) => [it.clientId, it])) };
  };

  test('fetches that look alike are one row, however many there are and whichever instance counted them', async () => {
    for (let round = 0; round < 3; round += 1) await fetchBy('192.0.2.3');
    await fetchBy('192.0.2.4');
    expect(await store().list()).toMatchObject([
      { clientId: 'library', network: '192.0.2.0/24', userAgent: 'Apache-HttpClient/5', fetches: 4 },
    ]);
  });

  test('a key that appears is had by those who fetched since, and by nobody else', async () => {
    await fetchBy('192.0.2.3');
    await fetchBy('198.51.100.7');
    ring.clock.advance(15 * DAY);
    await keys().rotate({ by: 'tests', alg: 'ES256' });
    const [newest] = [await of()];
    expect(newest.state).toBe('PUBLISHED');
    expect(newest.by.library?.hasItSince).toBeUndefined();
    await fetchBy('192.0.2.3');
    const after = await of(newest.kid);
    expect(after.by.library?.hasItSince).toBe(ring.clock.now());
    expect(after.by.sports?.hasItSince).toBeUndefined();
    expect(after.by.silent).toMatchObject({ knownBy: 'nothing', lastFetchAt: undefined });
  });

  test('a revoked key is trusted by whoever had it and was not seen since, each until its own promise ends', async () => {
    await fetchBy('192.0.2.3');
    await fetchBy('198.51.100.7');
    const kid = (await keys().refresh()).algorithms[0]?.active.kid ?? '';
    ring.clock.advance(1 * HOUR);
    await keys().requestRevocation({ kid, reason: 'a drill', by: 'sara' });
    await keys().approveRevocation({ kid, by: 'reza' });
    const revokedAt = (await of(kid)).leftAt ?? 0;
    await fetchBy('192.0.2.3');
    const { by, kid: asked } = await of();
    expect(asked, 'without a kid, the revoked one is what matters').toBe(kid);
    expect(by.library).toMatchObject({ mayTrustIt: false });
    expect(by.silent).toMatchObject({ mayTrustIt: true });
    expect(by.sports).toMatchObject({
      mayTrustIt: true,
      trustsUntil: revokedAt + 1 * MINUTE + 330_000 + 72 * HOUR,
    });
    ring.clock.advance(73 * HOUR);
    expect((await of(kid)).by.sports).toMatchObject({ mayTrustIt: false });
  });

  test('strangers fill neither memory nor the database, and hide no relying party', async () => {
    const { epoch } = await keys().refresh();
    for (let round = 0; round < 4; round += 1) {
      for (let at = 0; at < 5000; at += 1)
        recording.note({
          epoch,
          path: `/jwks/nobody-${at}`,
          address: `10.${round}.${at >> 8}.${at & 255}`,
          userAgent: `Bot${at}/1`,
        });
      recording.note({ epoch, path: '/jwks/sports', address: '203.0.113.9', userAgent: JAVA });
      await recording.flush();
    }
    const rows = await store().list();
    expect(rows.length).toBeLessThanOrEqual(2000 + 2);
    expect(
      rows.reduce((sum, { fetches }) => sum + fetches, 0),
      'all are counted',
    ).toBe(4 * 5001);
    expect(rows.find(({ clientId }) => clientId === 'sports')?.fetches).toBe(4);
    expect(rows.map(({ clientId }) => clientId)).not.toContain('nobody-1');
  });

  test("strangers at a relying party's own URL are told apart up to a limit", async () => {
    const { epoch } = await keys().refresh();
    for (let at = 0; at < 300; at += 1)
      recording.note({ epoch, path: '/jwks/sports', address: `10.0.${at}.1`, userAgent: `Bot${at}/1` });
    await recording.flush();
    expect((await store().list()).filter(({ clientId }) => clientId === 'sports').length).toBeLessThanOrEqual(51);
  });
});
