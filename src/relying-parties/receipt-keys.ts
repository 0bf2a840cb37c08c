import { createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, type JWK } from 'jose';
import { derivedSigningKey } from '#platform/sealing/derived-signing-key.ts';
import type { DataKey } from '#platform/sealing/sealer.ts';

/** Signs consent receipts, and publishes the public half of every key that ever did. */
export type ReceiptKeys = {
  /** JWS in its compact form (RFC 7515 section 7.1). */
  sign(content: object): Promise<string>;
  /** A JWK Set (RFC 7517 section 5), the newest key first. */
  publicKeys(): { keys: JWK[] };
};

/**
 * Not the keys of the signing ring: those are taken out of the published set when their last token has expired, and a
 * receipt is to be checked in twenty years. Data keys stay, so these stay published for as long.
 */
export async function createReceiptKeys(dataKeys: readonly [DataKey, ...DataKey[]]): Promise<ReceiptKeys> {
  const keys = await Promise.all(dataKeys.map(({ secret }) => keyFrom(secret)));
  const [newest] = keys;
  if (newest === undefined) throw new Error('there is no data key for consent receipts');

  return {
    sign: (content) =>
      new CompactSign(Buffer.from(JSON.stringify(content)))
        .setProtectedHeader({ alg: 'EdDSA', kid: newest.published.kid ?? '', typ: 'consent-receipt+jwt' })
        .sign(newest.key),
    publicKeys: () => ({ keys: keys.map(({ published }) => published) }),
  };
}

async function keyFrom(secret: Buffer): Promise<{ key: KeyObject; published: JWK }> {
  const key = derivedSigningKey(secret, 'panjereh consent receipt');
  const { kty = '', crv = '', x = '' } = createPublicKey(key).export({ format: 'jwk' });
  // RFC 8037 section 2; the id is the key's thumbprint (RFC 7638).
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { key, published: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } };
}
