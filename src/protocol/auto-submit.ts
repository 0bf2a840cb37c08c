import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { formTargetOf } from '#platform/http/security-headers.ts';
import { autoSubmit } from '#views/auto-submit.ts';
import { type PageFrames, sendPage } from './page-frame.ts';

/**
 * Where the library goes on by a form that submits itself (response_mode=form_post, signing out nobody, changing the
 * citizen), it sends a bare English page with an inline script. It is shown again as a page of ours: same fields, same
 * target, our language, our policy, and a button for browsers without script.
 * The library's markup is read as it is; tests/protocol/library-promises.test.ts pins it.
 */
export function dressAutoSubmitPages(provider: Provider, { frames }: { frames: PageFrames }): void {
  provider.use(async (ctx, next) => {
    await next();
    const page = typeof ctx.body === 'string' ? readAutoSubmitPage(ctx.body) : undefined;
    if (page === undefined) return;
    // On the way back from our own steps the request's parameters are no longer in its address.
    const locales = (ctx as KoaContextWithOIDC).oidc?.params?.ui_locales;
    const { text, frame } = frames.of(ctx, typeof locales === 'string' ? locales : undefined);
    const target = formTargetOf(page.action);
    sendPage(ctx, autoSubmit(text, { frame, action: page.action, hidden: page.fields }), {
      status: ctx.status,
      hasScript: true,
      formTargets: target === undefined ? [] : [target],
    });
  });
}

export function readAutoSubmitPage(
  body: string,
): { action: string; fields: { name: string; value: string }[] } | undefined {
  if (!body.includes('<title>Submitting Callback</title>')) return undefined;
  const action = /<form method="post" action="([^"]*)">/.exec(body)?.[1];
  if (action === undefined) return undefined;
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)];
  return {
    action: decoded(action),
    fields: fields.map(([, name = '', value = '']) => ({ name: decoded(name), value: decoded(value) })),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x60': '`',
  '#96': '`',
};

function decoded(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
