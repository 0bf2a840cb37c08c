import { LRUCache } from 'lru-cache';
import type { Clock } from '#platform/clock.ts';
import { MINUTE } from '#platform/durations.ts';
import { createNewKey, readPrivateKey } from '#signing-keys/new-key.ts';
import { type AcceptanceKey, type AcceptanceRing, type AlgorithmKeys, keysOf, rotate } from './key-ring.ts';
import type { AcceptanceKeysStore } from './keys-store.ts';

/** The rings of the acceptance issuers: made when they are first needed, the same at every instance. */
export type AcceptanceKeys = {
  /** @param wanted the algorithms that it must have keys for, and the epoch that it must have reached */
  ringOf(clientId: string, wanted: { algorithms: readonly string[]; epoch: number }): Promise<AcceptanceRing>;
  /** Another key signs from now on. */
  rotate(clientId: string, about: { alg: string; keySetReadAt: number | undefined }): Promise<AcceptanceRing>;
};

/** A ring that was rotated elsewhere is known by its epoch for as long as a run is remembered, which is longer than this. */
const KEPT_FOR = 5 * MINUTE;
const RINGS_KEPT = 200;
/** Somebody else may be faster once; twice is a fault. */
const ATTEMPTS = 5;

export function createAcceptanceKeys({ store, clock }: { store: AcceptanceKeysStore; clock: Clock }): AcceptanceKeys {
  const kept = new LRUCache<string, AcceptanceRing>({ max: RINGS_KEPT, ttl: KEPT_FOR, perf: { now: clock.now } });

  async function createKey(alg: string): Promise<AcceptanceKey> {
    const { privateBytes, kid, publicJwk } = await createNewKey(alg);
    const privateKey = await readPrivateKey(privateBytes, { kid, alg });
    return { kid, alg, publicJwk, privateKey, publishedAt: clock.now() };
  }

  async function createAlgorithm(alg: string): Promise<AlgorithmKeys> {
    const [first, second, foreign] = await Promise.all([createKey(alg), createKey(alg), createKey(alg)]);
    return { signing: first.kid, keys: [first, second], foreign };
  }

  /** Changes what is stored, whoever else does at the same time; a change that finds nothing to do changes nothing. */
  async function change(
    clientId: string,
    to: (ring: AcceptanceRing) => Promise<AcceptanceRing['algorithms'] | undefined>,
  ): Promise<AcceptanceRing> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stored = (await store.find(clientId)) ?? { epoch: 0, algorithms: {} };
      const algorithms = await to(stored);
      const ring = algorithms === undefined ? stored : { epoch: stored.epoch + 1, algorithms };
      if (algorithms === undefined || (await store.save(clientId, ring))) {
        kept.set(clientId, ring);
        return ring;
      }
    }
    throw new Error('the keys of an acceptance issuer are changed from everywhere at once');
  }

  return {
    async ringOf(clientId, { algorithms, epoch }) {
      const isMissingIn = (ring: AcceptanceRing) => algorithms.filter((alg) => ring.algorithms[alg] === undefined);
      const known = kept.get(clientId);
      if (known !== undefined && known.epoch >= epoch && isMissingIn(known).length === 0) return known;
      return change(clientId, async (stored) => {
        const missing = isMissingIn(stored);
        if (missing.length === 0) return undefined;
        const made = await Promise.all(missing.map(async (alg) => [alg, await createAlgorithm(alg)] as const));
        return { ...stored.algorithms, ...Object.fromEntries(made) };
      });
    },

    rotate: (clientId, { alg, keySetReadAt }) =>
      change(clientId, async (stored) => ({
        ...stored.algorithms,
        [alg]: await rotate(keysOf(stored, alg), { keySetReadAt, now: clock.now() }, () => createKey(alg)),
      })),
  };
}
