import type { Context } from 'koa';
import { DAY } from '#platform/durations.ts';

/**
 * Names, in sealed form, the accounts that have signed in from this browser, so that strangers' failed attempts never
 * lock its owner out (CVE-2024-1722). It proves nothing and lowers no level.
 */
export type DeviceCookie = { read(ctx: Context): string | undefined; write(ctx: Context, value: string): void };

/** The longest that browsers keep a cookie (RFC 6265bis section 5.5). */
const LIVES = 400 * DAY;

export function createDeviceCookie({ isSecure }: { isSecure: boolean }): DeviceCookie {
  /** One answer may add to it more than once: after the password, and after the whole sign-in. */
  const written = new WeakMap<Context, string>();
  const name = isSecure ? '__Host-panjereh_device' : 'panjereh_device';
  return {
    read: (ctx) => written.get(ctx) ?? ctx.cookies.get(name),
    write(ctx, value) {
      written.set(ctx, value);
      ctx.cookies.set(name, value, {
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecure,
        signed: false,
        maxAge: LIVES,
        path: '/',
        overwrite: true,
      });
    },
  };
}
