import { createPrivateKey } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet } from 'jose';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '#platform/durations.ts';
import { libraryOrder } from '#protocol/signing-ring.ts';
import { cacheControl, onlyPublic, preparedJwks } from '#signing-keys/jwks.ts';
import type { KeyRing } from '#signing-keys/key-ring.ts';
import { createNewKey, knownAlgorithms } from '#signing-keys/new-key.ts';
import type { KeyState } from '#signing-keys/states.ts';

async function signingKey(alg: string, state: KeyState) {
  const { kid, publicJwk, privateBytes } = await createNewKey(alg);
  const privateKey = createPrivateKey({ key: privateBytes, type: 'pkcs8', format: 'der' });
  // A careless hand left the private members in: they must not get out.
  return { kid, alg, state, privateKey, publicJwk: { ...publicJwk, ...privateKey.export({ format: 'jwk' }), kid } };
}

async function someRing(): Promise<KeyRing> {
  const active = await signingKey('ES256', 'ACTIVE');
  const standby = await signingKey('ES256', 'PUBLISHED');
  const archived = await signingKey('ES256', 'ARCHIVED');
  const arriving = await signingKey('EdDSA', 'PUBLISHED');
  return {
    epoch: 3,
    readAt: 0,
    algorithms: [{ alg: 'ES256', active, published: [active, standby] }],
    arriving: [{ alg: 'EdDSA', published: [arriving] }],
    archived: [archived],
    cookies: [],
  };
}

test('the key set shows the active key first, then the standby, and no private member', async () => {
  const ring = await someRing();
  const { body } = preparedJwks(ring);
  const { keys } = JSON.parse(body.toString());
  expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(
    [...ring.algorithms, ...ring.arriving].flatMap(({ published }) => published.map(({ kid }) => kid)),
  );
  for (const key of keys)
    expect(Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name))).toEqual([]);
  expect(() => createLocalJWKSet({ keys })).not.toThrow();
});

test('the same ring has the same ETag, another ring another', async () => {
  const ring = await someRing();
  expect(preparedJwks(ring).etag).toBe(preparedJwks({ ...ring, readAt: 5 }).etag);
  expect(preparedJwks(ring).etag).not.toBe(preparedJwks(await someRing()).etag);
});

test('an empty key set is never served', () => {
  expect(() => preparedJwks({ epoch: 1, readAt: 0, algorithms: [], arriving: [], archived: [], cookies: [] })).toThrow(
    /empty/,
  );
});

test('caches are told five minutes, a tenth more or less, and to keep what they have while we are away', () => {
  expect(cacheControl(5 * MINUTE, 0)).toBe('public, max-age=270, stale-if-error=86400');
  expect(cacheControl(300 * SECOND, 0.999)).toMatch(/max-age=329,/);
});

test('an archived key is at hand for our own hints and is not in the key set', async () => {
  const ring = await someRing();
  const [archived] = ring.archived;
  expect(libraryOrder(ring).map(({ kid }) => kid)).toContain(archived?.kid);
  expect(preparedJwks(ring).body.toString()).not.toContain(archived?.kid);
});

test.each(knownAlgorithms)('the kid of a key of %s is the RFC 7638 thumbprint of its public half', async (alg) => {
  const { kid, publicJwk } = await createNewKey(alg);
  expect(await calculateJwkThumbprint({ ...onlyPublic(publicJwk), kty: publicJwk.kty ?? '' })).toBe(kid);
  expect(publicJwk).toMatchObject({ alg, use: 'sig' });
  expect(publicJwk).not.toHaveProperty('d');
});

test('no kid begins with a hyphen, which a command line would take for an option', async () => {
  const keys = await Promise.all(Array.from({ length: 400 }, () => createNewKey('ES256')));
  expect(keys.filter(({ kid }) => kid.startsWith('-'))).toEqual([]);
});
