import { hashOfEntry, type LedgerEntry } from './ledger-entry.ts';
import type { LedgerKeys, SignedHead } from './ledger-head.ts';
import type { LedgerStore } from './ledger-store.ts';
import { pathTo } from './merkle.ts';

/**
 * Everything that somebody without us needs to see that an entry stands in the ledger, and what it says:
 * demo/check-ledger-proof.ts checks one offline. Binary values are base64url.
 */
type LedgerProof = {
  entry: LedgerEntry;
  salt: string;
  path: { side: 'left' | 'right'; hash: string }[];
  head: SignedHead;
  /** SPKI in PEM. Whoever checks should know it from elsewhere, too. */
  publicKey: string;
};

export type FindLedgerProof = (which: {
  eventId: number;
  citizenId: string;
}) => Promise<{ outcome: 'proven'; proof: LedgerProof } | { outcome: 'not-sealed-yet' } | { outcome: 'not-theirs' }>;

type Needs = { store: LedgerStore; keys: LedgerKeys };

/** A proof goes to the citizen whom the entry is about, and to nobody else. */
export function createFindLedgerProof({ store, keys }: Needs): FindLedgerProof {
  return async ({ eventId, citizenId }) => {
    const place = await store.findPlaced(eventId);
    if (place === undefined) return { outcome: 'not-sealed-yet' };
    const { entry, salt } = place;
    if (entry === undefined || salt === null || entry.citizenId !== citizenId) return { outcome: 'not-theirs' };
    const [head] = await store.listHeads({ after: place.head - 1, limit: 1 });
    const publicKey = keys.publicKeys()[head?.keyId ?? ''];
    if (head === undefined || publicKey === undefined) throw new Error(`the ledger has no head ${place.head} any more`);
    const hashes = (await store.listPlaced(place.head)).map((other) => {
      if (other.entry === undefined) throw new Error(`an entry under head ${place.head} is not there any more`);
      return hashOfEntry(other.entry, other.commitment);
    });
    const path = pathTo(hashes, place.position).map(({ side, hash }) => ({ side, hash: hash.toString('base64url') }));
    return { outcome: 'proven', proof: { entry, salt: salt.toString('base64url'), path, head, publicKey } };
  };
}
