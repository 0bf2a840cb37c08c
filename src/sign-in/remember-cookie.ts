import type { Context } from 'koa';

/** The browsers that a citizen asked to be remembered in; the value is the citizens' room's. */
export type RememberCookie = { read(ctx: Context): string | undefined; write(ctx: Context, value: string): void };

export function createRememberCookie({ isSecure, lives }: { isSecure: boolean; lives: number }): RememberCookie {
  const name = isSecure ? '__Host-panjereh_remembered' : 'panjereh_remembered';
  return {
    read: (ctx) => ctx.cookies.get(name),
    write: (ctx, value) =>
      void ctx.cookies.set(name, value, {
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecure,
        signed: false,
        maxAge: lives,
        path: '/',
      }),
  };
}
