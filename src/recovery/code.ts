import type { Context } from 'koa';
import { statusOf } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { code } from '#views/recovery/code.ts';
import type { CodeError } from '#views/text-message-code.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

/** A code to the registered number, which is never shown, or to the new one, which the citizen has typed. */
export function createCodeStep({ way, at }: { way: Way; at: 'code' | 'phone-code' }) {
  const backHref = at === 'phone-code' ? PAGE_OF.phone : '/recover';

  function render({ ctx, text, props, view }: Here, error?: CodeError): void {
    const page = code(text, {
      ...props,
      action: PAGE_OF[at],
      againAction: `${PAGE_OF[at]}/again`,
      maskedPhone: at === 'phone-code' ? view.maskedPhone : undefined,
      hasBeenSentAgain: error === undefined && ctx.query.sent === 'yes',
      mayBeLate: error === undefined && ctx.query.trouble === 'late',
      error,
    });
    sendPage(ctx, page, { status: statusOf(error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, [at], backHref);
      if (here !== undefined) render(here, ctx.query.trouble === 'unavailable' ? { kind: 'unavailable' } : undefined);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, [at], backHref);
      if (posted === undefined) return;
      const typed = posted.form.text('code');
      if (typed.trim() === '') return render(posted.here, { kind: 'missing' });
      const refused = await way.take(posted.here, { step: at, code: typed });
      if (refused !== undefined) render(posted.here, errorOf(refused));
    },
    async sendAgain(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, [at], backHref);
      if (posted === undefined) return;
      const refused = await way.take(posted.here, { step: 'send-code-again' }, '?sent=yes');
      if (refused === undefined) return;
      const { reason, retryAfterMs = 0 } = refused;
      render(posted.here, reason === 'slow-down' ? { kind: 'too-soon', retryAfterMs } : errorOf(refused));
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): CodeError {
  switch (reason) {
    case 'malformed':
    case 'unavailable':
      return { kind: reason };
    case 'wrong-code':
      return { kind: 'wrong-or-expired' };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the code was refused as ${reason}`);
  }
}
