import type { Context, Next } from 'koa';

/**
 * Headers for every answer. Chromium applies form-action to the redirects after a form post as well, so the
 * places a form may end up at are named: the sign-out button leads to the provider.
 */
export function securityHeaders({ formsMayLeadTo }: { formsMayLeadTo: readonly string[] }) {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    'img-src data:',
    `form-action ${["'self'", ...formsMayLeadTo].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  return async (ctx: Context, next: Next): Promise<void> => {
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('Cross-Origin-Opener-Policy', 'same-origin');
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}

/** A form post must come from our own pages; browsers say so themselves and cannot be made to lie about it. */
export function isFromOwnPage(ctx: Context, ownOrigin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') return site === 'same-origin';
  const origin = ctx.get('Origin');
  return origin === '' || origin === ownOrigin;
}
