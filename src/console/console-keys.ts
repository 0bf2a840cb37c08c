import { createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { derivedSigningKey } from '#platform/sealing/derived-signing-key.ts';
import type { DataKey } from '#platform/sealing/sealer.ts';

type Published = { kty: string; crv: string; x: string; kid: string };

/** What the console proves itself with at the token endpoint. */
export type ConsoleKeys = { signing: { key: webcrypto.CryptoKey; kid: string }; published: readonly Published[] };

/**
 * Derived from the data keys, so there is no secret to hand out, to keep or to lose. All of them are believed: while a
 * new one is made, an instance may still sign with the one before.
 */
export async function createConsoleKeys(dataKeys: readonly [DataKey, ...DataKey[]]): Promise<ConsoleKeys> {
  const keys = dataKeys.map(({ secret }) => derivedSigningKey(secret, 'panjereh console client'));
  const published = await Promise.all(keys.map(publish));
  const [key] = keys;
  const [newest] = published;
  if (key === undefined || newest === undefined) throw new Error('there is no data key for the console');
  return { signing: { key: await forWebCrypto(key), kid: newest.kid }, published };
}

/** RFC 8037 section 2; the id is the key's thumbprint (RFC 7638). */
async function publish(key: KeyObject): Promise<Published> {
  const { kty = '', crv = '', x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { kty, crv, x, kid: await calculateJwkThumbprint({ kty, crv, x }) };
}

function forWebCrypto(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), 'Ed25519', false, ['sign']);
}
