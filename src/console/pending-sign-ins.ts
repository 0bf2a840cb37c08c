import { MINUTE } from '#platform/durations.ts';
import { randomToken } from '#platform/ids.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';

/** What the console asked for and expects to find in the answer. */
export type PendingSignIn = { state: string; nonce: string; verifier: string; target: string };

/** As long as a sign-in may take: somebody may have to fetch a passkey from another room. */
export const PENDING_LIVES = 60 * MINUTE;

/** Kept under the hash of a secret that only the browser has which set out; taken once. */
export function createPendingSignIns({ store, hash }: { store: StateStore; hash: KeyedHash }) {
  const keyOf = (secret: string) => `console:entering:${hash(`console-entering:${secret}`)}`;
  return {
    async keep(secret: string, pending: PendingSignIn): Promise<void> {
      await store.write(keyOf(secret), { set: { ...pending }, expiresInMs: PENDING_LIVES });
    },
    async take(secret: string): Promise<PendingSignIn | undefined> {
      const key = keyOf(secret);
      const { state, nonce, verifier, target } = (await store.read(key))?.fields ?? {};
      const isFirst = (await store.claim(key, 'taken', randomToken())) === 'first';
      await store.remove([key]);
      if (!isFirst || state === undefined || nonce === undefined || verifier === undefined) return undefined;
      return { state, nonce, verifier, target: target ?? '' };
    },
  };
}
