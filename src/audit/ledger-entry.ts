import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { leafHash } from './merkle.ts';

const SALT_BYTES = 32;
/** Asking for them one by one costs five times as much. */
const SALTS_AT_ONCE = 128;

/**
 * One audit event as the ledger sees it. Who it was and what was done are not in the tree itself: a commitment to them
 * is, keyed with a salt of the entry's own. Whoever has the salt can show what the entry said; when salt and content
 * are erased, the commitment tells nothing, and every hash above it still holds.
 */
export type LedgerEntry = {
  id: number;
  /** Microseconds since 1970, as text: the database's own precision. */
  at: string;
  name: string;
  clientId: string | null;
  citizenId: string | null;
  details: Readonly<Record<string, unknown>>;
};

/** 256 bits a salt: a commitment to one of a few citizens must not be found out by trying them. */
export function createSalts(): () => Buffer {
  let ready = Buffer.alloc(0);
  return () => {
    if (ready.length === 0) ready = randomBytes(SALTS_AT_ONCE * SALT_BYTES);
    const salt = ready.subarray(0, SALT_BYTES);
    ready = ready.subarray(SALT_BYTES);
    return salt;
  };
}

export function commitmentTo({ citizenId, details }: Pick<LedgerEntry, 'citizenId' | 'details'>, salt: Buffer): Buffer {
  const inOrder = Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', createSecretKey(salt))
    .update(JSON.stringify([citizenId, inOrder]))
    .digest();
}

export function hashOfEntry({ id, at, name, clientId }: LedgerEntry, commitment: Buffer): Buffer {
  return leafHash(JSON.stringify(['panjereh ledger entry', id, at, name, clientId, commitment.toString('base64url')]));
}
