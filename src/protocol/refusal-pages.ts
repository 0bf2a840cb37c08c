import type { Context, Next } from 'koa';
import { Refusal, type RefusalReason } from '#platform/http/refusal.ts';
import type { Log } from '#platform/log.ts';
import { type ErrorKind, error as errorPage } from '#views/error.ts';
import { expired } from '#views/sign-in/expired.ts';
import { referenceOf } from './audit-trail.ts';
import { type PageFrames, sendPage } from './page-frame.ts';

/** The one place that turns a refusal, or a surprise, into a page. What happened inside goes to the log; the page has a reference number. */
export function showRefusals({ frames, log }: { frames: PageFrames; log: Log }) {
  return async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new Refusal('not-found', 404);
      if (ctx.status === 405 || ctx.status === 501) throw new Refusal('method-not-allowed', 405);
    } catch (cause) {
      const refusal = cause instanceof Refusal ? cause : undefined;
      const reference = referenceOf(ctx);
      if (refusal === undefined) log.error({ err: cause, reference }, 'a page failed');
      else log.info({ reason: refusal.reason, status: refusal.status, reference }, 'refused');
      const { text, frame } = frames.of(ctx);
      if (refusal?.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(refusal.retryAfterSeconds));
      const page =
        refusal?.reason === 'interaction-expired'
          ? expired(text, { frame })
          : errorPage(text, { frame, reference, kind: refusal === undefined ? 'unexpected' : KINDS[refusal.reason] });
      sendPage(ctx, page, { status: refusal?.status ?? 500 });
    }
  };
}

const KINDS: Readonly<Record<RefusalReason, ErrorKind>> = {
  'not-found': 'not-found',
  'method-not-allowed': 'not-found',
  'interaction-expired': 'form-expired',
  'form-expired': 'form-expired',
  'cross-site': 'not-allowed',
  'not-allowed': 'not-allowed',
  'too-large': 'bad-request',
  'bad-request': 'bad-request',
  busy: 'busy',
  unavailable: 'unavailable',
};
