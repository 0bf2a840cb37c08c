import type { Context, Next } from 'koa';

export type Language = 'fa' | 'en';

/** A phrase that exists in both languages, or it does not compile. */
export type Phrase = Readonly<Record<Language, string>>;

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Persian unless ?lang=en was chosen, here or on an earlier page. */
export function languageOf(ctx: Context): Language {
  const asked = ctx.query.lang ?? ctx.cookies.get('demo-language');
  return asked === 'en' ? 'en' : 'fa';
}

export async function rememberLanguage(ctx: Context, next: Next): Promise<void> {
  const asked = ctx.query.lang;
  if (asked === 'fa' || asked === 'en') {
    ctx.cookies.set('demo-language', asked, { httpOnly: true, sameSite: 'lax', maxAge: YEAR, overwrite: true });
  }
  await next();
}
