import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Checks, offline and with nothing but Node, that an entry stands in the sealed ledger of the provider:
 *
 *   node demo/check-ledger-proof.ts proof.json [key.pem]
 *
 * `proof.json` is what a citizen downloads beside a line of their activity. `key.pem` is the provider's public ledger
 * key as known from elsewhere; without it the key in the proof is believed, and the answer says so.
 */
type Proof = {
  entry: {
    id: number;
    at: string;
    name: string;
    clientId: string | null;
    citizenId: string | null;
    details: Record<string, unknown>;
  };
  salt: string;
  path: { side: 'left' | 'right'; hash: string }[];
  head: {
    issuer: string;
    number: number;
    at: number;
    entries: number;
    root: string;
    previous: string;
    signature: string;
  };
  publicKey: string;
};

const sha256 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const bytes = (text: string) => Buffer.from(text, 'base64url');

/** Why the proof does not hold, or undefined. */
export function faultOf({ entry, salt, path, head, publicKey }: Proof, knownKey = publicKey): string | undefined {
  const details = Object.entries(entry.details).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const commitment = createHmac('sha256', bytes(salt))
    .update(JSON.stringify([entry.citizenId, details]))
    .digest('base64url');
  const content = ['panjereh ledger entry', entry.id, entry.at, entry.name, entry.clientId, commitment];
  const leaf = sha256(Buffer.from([0]), JSON.stringify(content));
  const root = path.reduce(
    (hash, { side, hash: sibling }) =>
      side === 'left' ? sha256(Buffer.from([1]), bytes(sibling), hash) : sha256(Buffer.from([1]), hash, bytes(sibling)),
    leaf,
  );
  if (root.toString('base64url') !== head.root) return 'the entry does not lead to the root of its head';

  const { issuer, number, at, entries, previous } = head;
  const signed = JSON.stringify(['panjereh ledger head', issuer, number, at, entries, head.root, previous]);
  const isSigned = verify(null, Buffer.from(signed), createPublicKey(knownKey), bytes(head.signature));
  return isSigned ? undefined : 'the head is not signed by this key';
}

if (import.meta.main) {
  const [proofFile, keyFile] = process.argv.slice(2);
  if (proofFile === undefined) {
    process.stderr.write('Usage: node demo/check-ledger-proof.ts proof.json [key.pem]\n');
    process.exit(2);
  }
  const proof: Proof = JSON.parse(readFileSync(proofFile, 'utf8'));
  const fault = faultOf(proof, keyFile === undefined ? undefined : readFileSync(keyFile, 'utf8'));
  if (fault !== undefined) {
    process.stdout.write(`NOT PROVEN: ${fault}.\n`);
    process.exit(1);
  }
  const { entry, head } = proof;
  const when = new Date(Number(entry.at) / 1000).toISOString();
  process.stdout.write(
    `PROVEN: entry ${entry.id}, "${entry.name}" at ${when}, stands under head ${head.number} of ${head.issuer}.\n`,
  );
  if (keyFile === undefined)
    process.stdout.write('The key came with the proof; compare it with one that you got elsewhere.\n');
}
