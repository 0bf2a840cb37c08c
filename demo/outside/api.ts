import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Next } from 'koa';
import { readBody } from '../web/body.ts';

/** RFC 6750 section 2.1: only whoever brings our token is answered. */
export function requireBearer(token: string) {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${token}`);
  return async (ctx: Context, next: Next): Promise<void> => {
    if (timingSafeEqual(digest(ctx.get('authorization')), expected)) return next();
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer');
    ctx.body = { error: 'the token is missing or is not ours' };
  };
}

/** The members of a posted JSON object, each a text or absent. A page of another origin can post text, but not JSON. */
export async function readJson<Name extends string>(
  ctx: Context,
  names: readonly Name[],
): Promise<Partial<Record<Name, string>> | undefined> {
  if (!ctx.is('application/json')) return undefined;
  try {
    const body: unknown = JSON.parse((await readBody(ctx.req)) ?? '');
    if (typeof body !== 'object' || body === null) return undefined;
    const texts = Object.entries(body).filter(
      ([name, value]) => names.some((it) => it === name) && typeof value === 'string',
    );
    return Object.fromEntries(texts) as Partial<Record<Name, string>>;
  } catch {
    return undefined;
  }
}

export function refuse(ctx: Context, error: string): void {
  ctx.status = 400;
  ctx.body = { error };
}
