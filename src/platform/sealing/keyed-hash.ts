import { createHmac, createSecretKey } from 'node:crypto';

/** HMAC-SHA-256 in base64url (43 characters): finds a value that is not stored in clear, and cannot be guessed without the key. */
export type KeyedHash = (value: string) => string;

export function createKeyedHash(secret: Buffer): KeyedHash {
  const key = createSecretKey(secret);
  return (value) => createHmac('sha256', key).update(value).digest('base64url');
}
