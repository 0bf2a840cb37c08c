import { createPublicKey } from 'node:crypto';
import { RingBroken } from './errors.ts';
import { algorithmsOf, type RingSnapshot, rowsIn } from './key-ring.ts';
import { isSignedBy, signBytes } from './signature.ts';
import type { SigningKeysStore } from './signing-keys-store.ts';
import { COOKIES, type KeyRow, type KeyState, mayHoldPrivateHalf, stateOf } from './states.ts';

/** What `keys verify` found. A ring that cannot even be read is a thrown RingBroken or RingMissing. */
type Verification = {
  isSound: boolean;
  keys: { kid: string; alg: string; state: KeyState; signs: boolean; problem: string | undefined }[];
  problems: string[];
};

/** Opens every private half, signs with it, and checks the signature with the public half that relying parties get. */
export async function verifyRing(
  store: Pick<SigningKeysStore, 'openPrivateKey'>,
  snapshot: RingSnapshot,
): Promise<Verification> {
  const keys = await Promise.all(
    snapshot.rows.map(async (row) => {
      const problem = await problemWith(store, row);
      return {
        kid: row.kid,
        alg: row.alg,
        state: stateOf(row),
        signs: mayHoldPrivateHalf(row) && problem === undefined,
        problem,
      };
    }),
  );
  const problems = [
    ...keys.flatMap(({ problem }) => problem ?? []),
    ...algorithmsOf(snapshot.rows).flatMap((alg) => problemsOfRing(snapshot, alg)),
  ];
  return { isSound: problems.length === 0, keys, problems };
}

async function problemWith(store: Pick<SigningKeysStore, 'openPrivateKey'>, row: KeyRow): Promise<string | undefined> {
  if (!mayHoldPrivateHalf(row)) {
    return row.sealedPrivate === undefined
      ? undefined
      : `${row.kid} is ${stateOf(row)}, but its private half was not erased`;
  }
  try {
    const privateKey = await store.openPrivateKey(row);
    if (privateKey === undefined) return `${row.kid} is ${stateOf(row)}, but its private half is gone`;
    // A secret that opened was compared with its fingerprint; there is no public half to try it on.
    if (row.alg === COOKIES) return undefined;
    const data = Buffer.from(`panjereh verifies ${row.kid}`);
    const signature = signBytes(data, { alg: row.alg, privateKey });
    const publicKey = createPublicKey({ key: row.publicJwk, format: 'jwk' });
    return isSignedBy(publicKey, { alg: row.alg, data, signature })
      ? undefined
      : `${row.kid} signs what its public half does not verify`;
  } catch (error) {
    if (error instanceof RingBroken) return error.message;
    throw error;
  }
}

function problemsOfRing({ rows }: RingSnapshot, alg: string): string[] {
  const active = rowsIn(rows, { alg, state: 'ACTIVE' }).length;
  const standbys = rowsIn(rows, { alg, state: 'PUBLISHED' }).length;
  if (active > 1) return [`${active} keys of ${alg} sign at once`];
  if (active === 1 && standbys === 0)
    return [
      `${alg} has no standby key: run npm run keys -- status, and wait for the next minute, in which one is published`,
    ];
  return [];
}
