import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { derivedSigningKey } from '#platform/sealing/derived-signing-key.ts';
import type { DataKey } from '#platform/sealing/sealer.ts';

/** What is signed every minute: the root over the entries since the head before, which it names by its hash. */
type LedgerHead = {
  issuer: string;
  /** 1, 2, 3 … without a gap. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  /** How many entries it covers; a head over none says that nothing happened. */
  entries: number;
  /** base64url of 32 bytes; empty over no entries. */
  root: string;
  /** The hash of the head before; empty for the first. */
  previous: string;
};

export type SignedHead = LedgerHead & { keyId: string; signature: string };

/** Signs heads, and knows the public half of every key that ever did. */
export type LedgerKeys = {
  sign(head: LedgerHead): SignedHead;
  isSigned(head: SignedHead): boolean;
  /** For whoever checks a proof without us: SPKI in PEM, by key id. */
  publicKeys(): Record<string, string>;
};

/** The order and spelling that are hashed and signed; a checker elsewhere must write the same. */
function textOf({ issuer, number, at, entries, root, previous }: LedgerHead): string {
  return JSON.stringify(['panjereh ledger head', issuer, number, at, entries, root, previous]);
}

export function hashOfHead(head: LedgerHead): string {
  return createHash('sha256').update(textOf(head)).digest('base64url');
}

/**
 * Ed25519 keys made from data keys: they are sealed under the master keys and re-wrapped with all others, and whoever
 * writes to the database without a master key cannot make one of their own.
 */
export function createLedgerKeys(dataKeys: readonly [DataKey, ...DataKey[]]): LedgerKeys {
  const keys = new Map(dataKeys.map(({ id, secret }) => [id, derivedSigningKey(secret, 'panjereh ledger head')]));
  const [newest] = dataKeys;
  const publicHalves = new Map([...keys].map(([id, key]) => [id, createPublicKey(key)]));
  const signing = keys.get(newest.id);
  if (signing === undefined) throw new Error('the newest data key has no ledger key');

  return {
    sign: (head) => ({
      ...head,
      keyId: newest.id,
      signature: sign(null, Buffer.from(textOf(head)), signing).toString('base64url'),
    }),
    isSigned({ keyId, signature, ...head }) {
      const key = publicHalves.get(keyId);
      return key !== undefined && verify(null, Buffer.from(textOf(head)), key, Buffer.from(signature, 'base64url'));
    },
    publicKeys: () =>
      Object.fromEntries(
        [...publicHalves].map(([id, key]) => [id, key.export({ type: 'spki', format: 'pem' }).toString()]),
      ),
  };
}
