import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { HOUR } from '#platform/durations.ts';
import { languageOf } from '#platform/http/language.ts';
import { randomToken } from '#platform/ids.ts';
import { ownSignInHref } from '#protocol/own-client.ts';

/** A citizen may have to look for a phone: as long as the sign-in itself may take. */
const LIVES = 1 * HOUR;

/**
 * In through the front door: a page of ours that needs a citizen, or a stronger or fresher sign-in, sends the browser
 * here, and it comes back to that page. What is asked for in the address only decides what is asked of the citizen:
 * the page itself checks again who arrived and how.
 */
export function createEnterSteps({ issuer }: { issuer: string }) {
  const isSecure = issuer.startsWith('https://');
  const cookie = isSecure ? '__Host-panjereh_entering' : 'panjereh_entering';
  const options = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: false, path: '/' } as const;

  return {
    async go(ctx: Context): Promise<void> {
      const state = randomToken();
      ctx.cookies.set(cookie, `${state}.${Buffer.from(targetOf(ctx.query.to)).toString('base64url')}`, {
        ...options,
        maxAge: LIVES,
      });
      const asked = { acr: textOf(ctx.query.acr), maxAge: secondsOf(ctx.query.max_age) };
      ctx.status = 303;
      ctx.redirect(ownSignInHref(issuer, { state, uiLocales: languageOf(ctx), ...asked }));
    },

    /** Only a browser that set out from here arrives; whoever refused, or was sent here by others, is at the front door. */
    async arrive(ctx: Context): Promise<void> {
      const [state = '', target = ''] = ctx.cookies.get(cookie)?.split('.') ?? [];
      ctx.cookies.set(cookie, null, options);
      const isOurs =
        ctx.query.iss === issuer && ctx.query.error === undefined && isEqual(textOf(ctx.query.state), state);
      ctx.status = 303;
      ctx.redirect(isOurs ? targetOf(Buffer.from(target, 'base64url').toString()) : '/');
    },
  };
}

/** A path of ours, and nothing that a browser could read as another host; the front door otherwise. */
function targetOf(asked: unknown): string {
  return typeof asked === 'string' && /^\/account(?:[/?][\w\-/?=&]*)?$/.test(asked) ? asked : '/';
}

function secondsOf(asked: unknown): number | undefined {
  return typeof asked === 'string' && /^\d{1,6}$/.test(asked) ? Number(asked) : undefined;
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isEqual(presented: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(presented ?? ''), Buffer.from(expected)];
  return b.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}
