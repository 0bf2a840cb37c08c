import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { cookieKey, readCookieSecret } from './cookie-secret.ts';
import { COOKIES } from './states.ts';

const generate = promisify(generateKeyPair);

/** What each algorithm is made of. ES256 is about 13 times cheaper to sign with than RS256, and OpenID Connect obliges us to have RS256. */
const makers: Record<string, () => Promise<{ privateKey: KeyObject }>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  PS256: () => generate('rsa', { modulusLength: 2048 }),
  /** Ed25519, RFC 8037. */
  EdDSA: () => generate('ed25519'),
};

export const knownAlgorithms: readonly string[] = Object.keys(makers);

/** Every ring there may be: one for each algorithm of tokens, and the one of cookies. */
export const ringNames: readonly string[] = [...knownAlgorithms, COOKIES];

/** `privateBytes` is PKCS #8 in DER, or the secret itself of a key for cookies. */
export type NewKey = { kid: string; alg: string; publicJwk: JsonWebKey; privateBytes: Buffer };

export async function createNewKey(alg: string): Promise<NewKey> {
  if (alg === COOKIES) return cookieKey();
  const key = await createKeyPair(alg);
  // One in 64 would be read as an option where a person types it, in the very hour of an emergency.
  return key.kid.startsWith('-') ? createNewKey(alg) : key;
}

async function createKeyPair(alg: string): Promise<NewKey> {
  const make = makers[alg];
  if (make === undefined)
    throw new RangeError(`no signing keys are made for ${alg}; known are ${knownAlgorithms.join(', ')}`);
  const { privateKey } = await make();
  const publicJwk = publicHalf(privateKey, alg);
  const privateBytes = privateKey.export({ type: 'pkcs8', format: 'der' });
  return { kid: await thumbprint(publicJwk), alg, publicJwk, privateBytes };
}

/** Opens a private half, and makes sure it belongs to the kid it is filed under. */
export async function readPrivateKey(bytes: Buffer, { kid, alg }: { kid: string; alg: string }): Promise<KeyObject> {
  if (alg === COOKIES) return readCookieSecret(bytes, { kid });
  const privateKey = createPrivateKey({ key: bytes, type: 'pkcs8', format: 'der' });
  if ((await thumbprint(publicHalf(privateKey, alg))) !== kid)
    throw new Error('a private half does not belong to its kid');
  return privateKey;
}

/** RFC 7638; the members it takes are public ones only. */
export function thumbprint(publicJwk: JsonWebKey): Promise<string> {
  return calculateJwkThumbprint({ ...publicJwk, kty: publicJwk.kty ?? '' }, 'sha256');
}

function publicHalf(privateKey: KeyObject, alg: string): JsonWebKey {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), use: 'sig', alg };
}
