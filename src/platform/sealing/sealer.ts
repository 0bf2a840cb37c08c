import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '#platform/clock.ts';

/**
 * Seals values at rest with AES-256-GCM (NIST SP 800-38D) under named data keys.
 * The associated data ties a sealed value to its row: moved to another row it no longer opens.
 */
export type Sealer = {
  seal(plaintext: string | Buffer, associatedData: string): string;
  /** Throws SealBroken when the value was altered, moved, or sealed under a key that is not here. */
  unseal(sealed: string, associatedData: string): Buffer;
  /** Whether it was sealed under the newest data key; one that was not can be sealed anew. */
  isCurrent(sealed: string): boolean;
};

export type DataKey = {
  id: string;
  secret: Buffer;
  /** Milliseconds since 1970: until then it only opens. Without it the key has always sealed. */
  sealsFrom?: number | undefined;
};

/** Those of a moment: the one that seals, and every one that opens. */
type SealingKeys = { current: { id: string; secret: KeyObject }; find(id: string): KeyObject | undefined };

export class SealBroken extends Error {}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Of the keys, newest first, the newest one whose time has come seals, and all of them open. */
export function sealingKeys(dataKeys: readonly [DataKey, ...DataKey[]], clock: Clock): () => SealingKeys {
  const byId = new Map(dataKeys.map(({ id, secret }) => [id, createSecretKey(secret)]));
  const find = (id: string) => byId.get(id);
  const [oldest] = dataKeys.slice(-1);
  return () => {
    const now = clock.now();
    const { id, secret } = dataKeys.find(({ sealsFrom = now }) => sealsFrom <= now) ?? oldest ?? dataKeys[0];
    return { current: { id, secret: byId.get(id) ?? createSecretKey(secret) }, find };
  };
}

/** The text form is `v1.<data key id>.<base64url of iv, tag, ciphertext>`. Keys that are handed over as they are seal by the system's clock. */
export function createSealer(keys: readonly [DataKey, ...DataKey[]] | (() => SealingKeys)): Sealer {
  const now = typeof keys === 'function' ? keys : sealingKeys(keys, systemClock);

  return {
    seal(plaintext, associatedData) {
      const { current } = now();
      return `v1.${current.id}.${sealBytes(current.secret, plaintext, associatedData).toString('base64url')}`;
    },
    unseal(sealed, associatedData) {
      const [version, keyId, body] = sealed.split('.');
      const secret = version === 'v1' && keyId !== undefined ? now().find(keyId) : undefined;
      if (secret === undefined || body === undefined) {
        throw new SealBroken(`a sealed value names the data key "${keyId}", which is not available`);
      }
      return unsealBytes(secret, Buffer.from(body, 'base64url'), associatedData);
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${now().current.id}.`),
  };
}

/**
 * The secret is a KeyObject, here and wherever one is handed to node:crypto: with bytes Node.js 24 finds out that they are
 * none by throwing and catching two errors, which costs four times what the sealing does.
 */
export function sealBytes(secret: KeyObject, plaintext: string | Buffer, associatedData: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(associatedData));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

export function unsealBytes(secret: KeyObject, sealed: Buffer, associatedData: string): Buffer {
  if (sealed.length < IV_BYTES + TAG_BYTES) throw new SealBroken('a sealed value is too short');
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(associatedData))
    .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('a sealed value was altered, belongs to another row, or the key is wrong', { cause });
  }
}
