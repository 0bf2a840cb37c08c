import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

/** PKCS #8 in front of the 32 bytes of an Ed25519 key (RFC 8410 section 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * An Ed25519 key made from a data key (RFC 5869): sealed under the master keys and re-wrapped with all others, so
 * whoever writes to the database without a master key cannot make one. `purpose` parts the keys of one data key.
 */
export function derivedSigningKey(secret: Buffer, purpose: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
}
