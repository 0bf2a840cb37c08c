import type { Context } from 'koa';
import { HOUR } from '#platform/durations.ts';

/**
 * The sign-in that the citizen left to come here, so that they end where they began. It names a page and proves nothing:
 * that page asks the browser for its own cookie.
 */
export type CameFrom = {
  /** Takes note of `?sign_in=<uid>`. */
  remember(ctx: Context): void;
  signInHref(ctx: Context): Promise<string>;
};

type Needs = { isSecure: boolean; findRequest(uid: string): Promise<object | undefined> };

export function createCameFrom({ isSecure, findRequest }: Needs): CameFrom {
  const cookie = isSecure ? '__Host-panjereh_came_from' : 'panjereh_came_from';

  return {
    remember(ctx) {
      const uid = ctx.query.sign_in;
      if (typeof uid !== 'string' || !isUid(uid)) return;
      ctx.cookies.set(cookie, uid, {
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecure,
        signed: false,
        path: '/',
        // No sign-in waits for longer.
        maxAge: 1 * HOUR,
      });
    },
    async signInHref(ctx) {
      const uid = typeof ctx.query.sign_in === 'string' ? ctx.query.sign_in : ctx.cookies.get(cookie);
      const isAlive = uid !== undefined && isUid(uid) && (await findRequest(uid)) !== undefined;
      return isAlive ? `/sign-in/${uid}` : '/enter?to=/account';
    },
  };
}

function isUid(text: string): boolean {
  return /^[\w-]{21,43}$/.test(text);
}
