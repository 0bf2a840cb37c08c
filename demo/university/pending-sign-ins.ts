import { LRUCache } from 'lru-cache';

/** What must come back unchanged, or fit, when the browser returns from the provider. */
export type PendingSignIn = {
  /** The cookie of the browser that set out: a code brought by another browser is not its own. */
  browser: string;
  nonce: string;
  codeVerifier: string;
  /** A path of our own. */
  returnTo: string;
};

/** People leave the sign-in page open and come back; the provider's own interaction lives about as long. */
export const PENDING_LIFETIME = 30 * 60 * 1000;

/** Sign-ins under way, by their state. Each can be taken once, by the browser that began it. */
export function createPendingSignIns() {
  const pending = new LRUCache<string, PendingSignIn>({ max: 10_000, ttl: PENDING_LIFETIME });

  return {
    add(state: string, signIn: PendingSignIn): void {
      pending.set(state, signIn);
    },

    take(state: string, { browser }: { browser: string | undefined }): PendingSignIn | undefined {
      const signIn = pending.get(state);
      if (signIn === undefined || signIn.browser !== browser) return undefined;
      pending.delete(state);
      return signIn;
    },
  };
}
