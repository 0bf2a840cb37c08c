import type { Context } from 'koa';
import { languageOf, rememberLanguage, switchLanguageHref } from '#platform/http/language.ts';
import { contentSecurityPolicy } from '#platform/http/security-headers.ts';
import { type Html, renderDocument } from '#views/html.ts';
import type { Assets, Frame } from '#views/layout.ts';
import { type Text, textFor } from '#views/text/text.ts';

/** What every page takes from the request: its language, and the frame around it. */
export type PageFrames = {
  of(ctx: Context, requestedLocales?: string): { text: Text; frame: Frame };
};

export function createPageFrames({ assets, isSecure }: { assets: Assets; isSecure: boolean }): PageFrames {
  return {
    of(ctx, requestedLocales) {
      rememberLanguage(ctx, { isSecure });
      const language = languageOf(ctx, typeof ctx.query.ui_locales === 'string' ? undefined : requestedLocales);
      return { text: textFor(language), frame: { assets, switchLanguageHref: switchLanguageHref(ctx, language) } };
    },
  };
}

type Sending = { status?: number; formTargets?: readonly string[]; hasScript?: boolean; mayFetch?: boolean };

/** Answers with a page, and lets its forms lead to nowhere but here and `formTargets`. */
export function sendPage(ctx: Context, page: Html, { status = 200, ...policy }: Sending = {}): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', contentSecurityPolicy(policy));
  ctx.vary('Accept-Language');
  ctx.vary('Cookie');
  ctx.body = renderDocument(page);
}
