import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Log } from '#platform/log.ts';
import type { PageFrames } from './page-frame.ts';
import { showRefusals } from './refusal-pages.ts';

/**
 * What the library throws past its own error pages. Koa would answer in plain text and take every header off the
 * answer, those that forbid framing and keeping among them; here it becomes a page of ours like any other.
 */
export function answerSurprises(provider: Provider, { frames, log }: { frames: PageFrames; log: Log }): void {
  provider.use(showRefusals({ frames, log }));
  provider.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // Refusing a form of a browser without a session, the library means to save that session afterwards and cannot.
      const { session } = (ctx as KoaContextWithOIDC).oidc ?? {};
      const isRefused = ctx.body !== undefined && ctx.status >= 400 && ctx.status < 500;
      if (!isRefused || session === undefined || session.exp !== undefined) throw error;
    }
  });
}
