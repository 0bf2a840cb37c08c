import type { JsonWebKey, KeyObject } from 'node:crypto';
import { MINUTE } from '#platform/durations.ts';
import { onlyPublic } from '#signing-keys/jwks.ts';
import type { RingKey } from '../library-keys.ts';

/** A key of one acceptance issuer. Nothing that it signs is believed anywhere else. */
export type AcceptanceKey = {
  kid: string;
  alg: string;
  publicJwk: JsonWebKey;
  privateKey: KeyObject;
  /** Milliseconds since 1970: when it came into the key set. */
  publishedAt: number;
};

/** The keys of one algorithm. There are always two or more in the set, so that which one signed has to be looked at. */
export type AlgorithmKeys = {
  /** The kid of the one that signs. */
  signing: string;
  keys: readonly AcceptanceKey[];
  /** The attacker's: never in the set. */
  foreign: AcceptanceKey;
};

export type AcceptanceRing = {
  /** Counts up with every change. */
  epoch: number;
  algorithms: Readonly<Record<string, AlgorithmKeys>>;
};

/** Those of rotations before are let go of. */
const KEYS_KEPT = 3;

/**
 * Libraries do not read the key set again for an unknown kid within so long of the last time (jose 30 s, oauth4webapi 60 s):
 * a key that comes up sooner must be one that they have seen.
 */
const READ_AGAIN_AFTER = 1 * MINUTE;

type Reader = { keySetReadAt: number | undefined; now: number };

/** Signing one first. */
function keysInOrder({ signing, keys }: AlgorithmKeys): AcceptanceKey[] {
  return [...keys.filter(({ kid }) => kid === signing), ...keys.filter(({ kid }) => kid !== signing)];
}

export function keysOf(ring: AcceptanceRing, alg: string): AlgorithmKeys {
  const keys = ring.algorithms[alg];
  if (keys === undefined) throw new Error(`the acceptance issuer has no keys for ${alg}`);
  return keys;
}

export function signingKey(keys: AlgorithmKeys): AcceptanceKey {
  const [signing] = keysInOrder(keys);
  if (signing === undefined) throw new Error('an acceptance ring without keys');
  return signing;
}

/** Another one of the set, which a relying party that read it lately knows. */
export function secondKey(keys: AlgorithmKeys, { keySetReadAt }: Reader): AcceptanceKey {
  const others = keysInOrder(keys).slice(1);
  const second = others.find((key) => isKnown(key, keySetReadAt)) ?? others[0];
  if (second === undefined) throw new Error('an acceptance ring with one key only');
  return second;
}

/**
 * What signs after a rotation: a new key, if the relying party may be expected to read the set again for it, or else one that it
 * has read.
 */
export async function rotate(
  keys: AlgorithmKeys,
  { keySetReadAt, now }: Reader,
  createKey: () => Promise<AcceptanceKey>,
): Promise<AlgorithmKeys> {
  const known = keysInOrder(keys)
    .slice(1)
    .filter((key) => isKnown(key, keySetReadAt))
    .at(-1);
  const readLately = keySetReadAt !== undefined && now - keySetReadAt < READ_AGAIN_AFTER;
  if (readLately && known !== undefined) return { ...keys, signing: known.kid };
  const fresh = await createKey();
  const kept = keysInOrder(keys).slice(0, KEYS_KEPT - 1);
  return { ...keys, signing: fresh.kid, keys: [...kept, fresh] };
}

export function keySetOf({ algorithms }: AcceptanceRing): { keys: JsonWebKey[] } {
  return {
    keys: Object.values(algorithms).flatMap((keys) => keysInOrder(keys).map(publicHalf)),
  };
}

/** What a `jku` header of the attacker leads to: other keys under the honest kids. */
export function foreignKeySetOf({ algorithms }: AcceptanceRing): { keys: JsonWebKey[] } {
  return {
    keys: Object.values(algorithms).map(({ foreign, signing }) => ({ ...publicHalf(foreign), kid: signing })),
  };
}

export function publicHalf({ publicJwk, kid }: AcceptanceKey): JsonWebKey {
  return onlyPublic({ ...publicJwk, kid });
}

/** In the library's order: what signs comes first, and nothing else signs. */
export function libraryKeysOf({ algorithms }: AcceptanceRing): RingKey[] {
  return Object.values(algorithms).flatMap((keys) =>
    keysInOrder(keys).map(({ kid, alg, publicJwk, privateKey }) => ({
      kid,
      alg,
      publicJwk: { ...publicJwk, kid },
      ...(kid === keys.signing ? { privateKey } : {}),
    })),
  );
}

function isKnown({ publishedAt }: AcceptanceKey, keySetReadAt: number | undefined): boolean {
  return keySetReadAt !== undefined && publishedAt <= keySetReadAt;
}
