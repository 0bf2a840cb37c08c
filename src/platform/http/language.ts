import type { Context } from 'koa';

type Language = 'fa' | 'en';

const cookieOf = (ctx: Context) => (ctx.cookies.secure ? '__Host-panjereh_language' : 'panjereh_language');
const YEAR_IN_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * What was asked for just now (`ui_locales`, OpenID Connect Core 1.0 section 3.1.2.1), then what was chosen before,
 * then the browser's wish, then Persian. Switching is remembered in a cookie that holds the two letters and no more.
 */
export function languageOf(ctx: Context, requested?: string): Language {
  return (
    firstKnown(requested?.split(' ')) ??
    firstKnown(textOf(ctx.query.ui_locales)?.split(' ')) ??
    firstKnown([ctx.cookies.get(cookieOf(ctx)) ?? '']) ??
    (ctx.acceptsLanguages('fa', 'en') === 'en' ? 'en' : 'fa')
  );
}

/** Keeps the language that a link on the page asked for. */
export function rememberLanguage(ctx: Context, { isSecure }: { isSecure: boolean }): void {
  const asked = firstKnown(textOf(ctx.query.ui_locales)?.split(' '));
  if (asked === undefined) return;
  ctx.cookies.set(cookieOf(ctx), asked, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    maxAge: YEAR_IN_MS,
    signed: false,
  });
}

/** The same page in the other language. */
export function switchLanguageHref(ctx: Context, current: Language): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set('ui_locales', current === 'fa' ? 'en' : 'fa');
  return `${ctx.path.replace(/^\/+/, '/')}?${query}`;
}

function firstKnown(tags: readonly string[] | undefined): Language | undefined {
  return tags
    ?.map((tag) => tag.toLowerCase().split('-')[0])
    .find((tag): tag is Language => tag === 'fa' || tag === 'en');
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
