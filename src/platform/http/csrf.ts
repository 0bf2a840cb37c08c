import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { randomToken } from '../ids.ts';
import type { KeyedHash } from '../sealing/keyed-hash.ts';
import { Refusal } from './refusal.ts';

/**
 * A form may be posted only by a page of ours, shown to this browser. Three nets, each enough against most attacks:
 * a token that only our page knows, bound to a cookie; the browser's own word on where a request comes from
 * (Sec-Fetch-Site, Origin); and SameSite on the cookie.
 */
export type Csrf = {
  /** The hidden field's value for a page shown now. */
  tokenFor(ctx: Context): string;
  /** @throws Refusal cross-site | form-expired */
  check(ctx: Context, presented: string): void;
};

export function createCsrf({ hash, origin }: { hash: KeyedHash; origin: string }): Csrf {
  const isSecure = origin.startsWith('https://');
  const cookie = isSecure ? '__Host-panjereh_form' : 'panjereh_form';
  const tokenOf = (browser: string) => hash(`csrf:${browser}`);

  return {
    tokenFor(ctx) {
      const known = ctx.cookies.get(cookie);
      const browser = known !== undefined && known.length === 43 ? known : randomToken();
      if (browser !== known) {
        ctx.cookies.set(cookie, browser, {
          httpOnly: true,
          // A page that a university leads to must find it, or its form would make worthless the one in another tab; no
          // form posted by another site brings it along.
          sameSite: 'lax',
          secure: isSecure,
          signed: false,
          path: '/',
        });
      }
      return tokenOf(browser);
    },
    check(ctx, presented) {
      checkSameSite(ctx, origin);
      const browser = ctx.cookies.get(cookie);
      if (browser === undefined || !isEqual(presented, tokenOf(browser))) throw new Refusal('form-expired', 403);
    },
  };
}

/**
 * The browser's own word on where a request comes from, where it gives one.
 *
 * @throws Refusal cross-site
 */
export function checkSameSite(ctx: Context, origin: string): void {
  const site = ctx.get('sec-fetch-site');
  if (site !== '' && site !== 'same-origin' && site !== 'none') throw new Refusal('cross-site', 403);
  const from = ctx.get('origin');
  if (from !== '' && from !== 'null' && from !== origin) throw new Refusal('cross-site', 403);
}

function isEqual(presented: string, expected: string): boolean {
  const a = Buffer.from(presented);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
