import type { Context } from 'koa';
import { DAY } from '#platform/durations.ts';
import { createSecretCookie } from '#platform/http/secret-cookie.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * Ties what was proven in a sign-in to the browser that proved it. The library's own cookies of a sign-in have a path,
 * so a neighbouring host could plant those of an attacker (Keycloak CVE-2026-7507); this one no other host can set. It
 * is one for all sign-ins of a browser, so that tabs do not undo each other.
 */
export type BoundBrowser = {
  /** A mark of this browser, which gets its secret now if it has none, and otherwise a day more to keep it. */
  mark(ctx: Context): string;
  isMarkOf(ctx: Context, mark: unknown): boolean;
};

/** As long as a browser keeps running, as far as we are concerned. */
const LIVES = 1 * DAY;

type Needs = { hash: KeyedHash; isSecure: boolean };

export function createBoundBrowser({ hash, isSecure }: Needs): BoundBrowser {
  const cookie = createSecretCookie({ name: 'panjereh_browser', isSecure, livesMs: LIVES });
  const markOf = (secret: string) => hash(`bound-browser:${secret}`);
  return {
    mark(ctx) {
      const known = cookie.read(ctx);
      if (known === undefined) return markOf(cookie.give(ctx));
      // Or what is proven in its last minute would be another browser's in the next.
      cookie.set(ctx, known);
      return markOf(known);
    },
    isMarkOf(ctx, mark) {
      const secret = cookie.read(ctx);
      return secret !== undefined && mark === markOf(secret);
    },
  };
}
