import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLogoutTokenCheck } from '#console/logout-token.ts';
import { epochSeconds, systemClock } from '#platform/clock.ts';
import { createMemoryStateStore } from '#platform/memory-state-store.ts';
import { createKeyedHash } from '#platform/sealing/keyed-hash.ts';

const issuer = 'https://sso.example';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
let ours: CryptoKey;
let foreign: CryptoKey;
let check: ReturnType<typeof createLogoutTokenCheck>;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  ours = pair.privateKey;
  foreign = (await generateKeyPair('ES256')).privateKey;
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'key' }] });
  const [store, hash] = [createMemoryStateStore({ clock: systemClock }), createKeyedHash(Buffer.alloc(32, 7))];
  check = createLogoutTokenCheck({ issuer, keys, store, hash });
});

let serial = 0;
type Change = { [Claim in keyof JWTPayload]?: unknown };
function signed(change: Change = {}, { key = ours, typ = 'logout+jwt' } = {}): Promise<string> {
  serial += 1;
  const now = epochSeconds(systemClock);
  const claims = { iss: issuer, aud: 'panjereh-console', iat: now, exp: now + 120, jti: `logout ${serial}` };
  const payload = { ...claims, sid: 'session', sub: 'subject', events: { [EVENT]: {} }, ...change };
  return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg: 'ES256', kid: 'key', typ }).sign(key);
}

describe('a logout token', () => {
  test('control: is taken as the provider signs it, by its session or by its subject alone', async () => {
    const whole = { outcome: 'accepted', sid: 'session', subject: 'subject' };
    expect(await check(await signed())).toEqual(whole);
    expect(await check(await signed({ sid: undefined }))).toEqual({ ...whole, sid: undefined });
  });

  test('is taken once, also of sixteen that come at the same time', async () => {
    const token = await signed();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => check(token)));
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  const now = epochSeconds(systemClock);
  test.each<[string, Change]>([
    ['of another issuer', { iss: 'https://another.example' }],
    ['for another relying party', { aud: 'university' }],
    ['that has expired', { iat: now - 300, exp: now - 120 }],
    ['of an hour ago, whatever it says of its end', { iat: now - 3600, exp: now + 3600 }],
    ['with no name of its own', { jti: undefined }],
    ['of no event', { events: {} }],
    ['whose event is a word', { events: { [EVENT]: 'yes' } }],
    ['that is an ID token, for it has a nonce', { nonce: 'nonce' }],
    ['about nobody', { sid: undefined, sub: undefined }],
  ])('%s is refused', async (_what, change) => {
    expect(await check(await signed(change))).toMatchObject({ outcome: 'refused' });
  });

  test('signed with another key, or of another type, is refused', async () => {
    expect(await check(await signed({}, { key: foreign }))).toMatchObject({ outcome: 'refused' });
    expect(await check(await signed({}, { typ: 'JWT' }))).toMatchObject({ outcome: 'refused' });
  });
});
