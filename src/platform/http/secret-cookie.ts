import type { Context } from 'koa';
import { randomToken } from '../ids.ts';

/**
 * A secret of 256 bits that makes a browser the only one to go on with what it began. It is given out anew for each
 * thing that is begun, never taken over from the browser, so that nobody can plant one that they know.
 */
export type SecretCookie = {
  read(ctx: Context): string | undefined;
  /** The new secret, which the answer carries to the browser. */
  give(ctx: Context): string;
  /** One that was made for something that had to be stored first. */
  set(ctx: Context, secret: string): void;
  takeBack(ctx: Context): void;
};

export function createSecretCookie({
  name,
  isSecure,
  livesMs,
}: {
  name: string;
  isSecure: boolean;
  livesMs: number;
}): SecretCookie {
  const cookie = isSecure ? `__Host-${name}` : name;
  const options = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: false, path: '/' } as const;

  const set = (ctx: Context, secret: string) => {
    ctx.cookies.set(cookie, secret, { ...options, maxAge: livesMs });
  };

  return {
    set,
    read(ctx) {
      const value = ctx.cookies.get(cookie);
      return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
    },
    give(ctx) {
      const secret = randomToken();
      set(ctx, secret);
      return secret;
    },
    takeBack: (ctx) => void ctx.cookies.set(cookie, null, options),
  };
}
