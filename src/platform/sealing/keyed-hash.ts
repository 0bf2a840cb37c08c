import { createHmac, createSecretKey, hash } from 'node:crypto';

/** HMAC-SHA-256 in base64url (43 characters): finds a value that is not stored in clear, and cannot be guessed without the key. */
export type KeyedHash = (value: string) => string;

export function createKeyedHash(secret: Buffer): KeyedHash {
  const key = createSecretKey(secret);
  return (value) => createHmac('sha256', key).update(value).digest('base64url');
}

/**
 * For names that a request makes by the dozen: SHA-512/256 over the secret and the value, a third of the cost of an HMAC
 * (docs/decisions/0022-names-of-records.md says why that is sound here). The secret is always 32 bytes, so where it
 * ends is never in doubt.
 */
export function createNameHash(secret: Buffer): KeyedHash {
  if (secret.length !== 32) throw new Error('names are hashed under a secret of 32 bytes');
  const prefix = secret.toString('base64url');
  return (value) => hash('sha512-256', prefix + value, 'base64url');
}
