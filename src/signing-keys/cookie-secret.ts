import { createHmac, createSecretKey, type JsonWebKey, type KeyObject, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { NewKey } from './new-key.ts';
import { COOKIES } from './states.ts';

/** RFC 2104 section 3: as many bytes as SHA-256 gives. */
const SECRET_BYTES = 32;

/** A new key for cookies, or the one that this secret is. */
export async function cookieKey(secret: Buffer = randomBytes(SECRET_BYTES)): Promise<NewKey> {
  return { ...(await nameOf(secret)), alg: COOKIES, privateBytes: secret };
}

/** Opens a secret, and makes sure it belongs to the kid it is filed under. */
export async function readCookieSecret(secret: Buffer, { kid }: { kid: string }): Promise<KeyObject> {
  if ((await nameOf(secret)).kid !== kid) throw new Error('a secret of cookies does not belong to its kid');
  return createSecretKey(secret);
}

/**
 * A secret has no public half. Its fingerprint stands in, in a form that RFC 7638 can name, so that the row is checked
 * as every other row is; it tells nothing about 32 random bytes.
 */
async function nameOf(secret: Buffer, attempt = 0): Promise<{ kid: string; publicJwk: JsonWebKey }> {
  const x = createHmac('sha256', secret)
    .update(`fingerprint ${attempt} of a key that signs cookies`)
    .digest('base64url');
  const publicJwk = { kty: 'OKP', crv: COOKIES, x } as const;
  const kid = await calculateJwkThumbprint(publicJwk);
  return kid.startsWith('-') ? nameOf(secret, attempt + 1) : { kid, publicJwk };
}
