import type { Context } from 'koa';
import { statusOf } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { phoneCode } from '#views/enrolment/phone-code.ts';
import type { CodeError } from '#views/text-message-code.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

const AGAIN = `${PAGE_OF['phone-code']}/again`;

/** The code from the text message, and another message where none came. */
export function createPhoneCodeStep({ way }: { way: Way }) {
  function render({ ctx, text, props, view }: Here, error?: CodeError): void {
    const page = phoneCode(text, {
      ...props,
      action: PAGE_OF['phone-code'],
      againAction: AGAIN,
      anotherHref: PAGE_OF.phone,
      maskedPhone: view.maskedPhone ?? '',
      isOwnersPhone: view.codeIsWith === 'owner',
      isSent: view.isCodeSent !== false,
      hasBeenSentAgain: error === undefined && ctx.query.sent === 'yes',
      mayBeLate: error === undefined && ctx.query.trouble === 'late',
      error,
    });
    sendPage(ctx, page, { status: statusOf(error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['phone-code'], PAGE_OF.phone);
      if (here !== undefined) render(here, ctx.query.trouble === 'unavailable' ? { kind: 'unavailable' } : undefined);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['phone-code'], PAGE_OF.phone);
      if (posted === undefined) return;
      const code = posted.form.text('code');
      if (code.trim() === '') return render(posted.here, { kind: 'missing' });
      const refused = await way.take(posted.here, { step: 'phone-code', code });
      if (refused !== undefined) render(posted.here, errorOf(refused));
    },
    async sendAgain(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['phone-code'], PAGE_OF.phone);
      if (posted === undefined) return;
      const refused = await way.take(posted.here, { step: 'send-code-again' }, '?sent=yes');
      if (refused === undefined) return;
      const { reason, retryAfterMs = 0 } = refused;
      render(posted.here, reason === 'slow-down' ? { kind: 'too-soon', retryAfterMs } : errorOf(refused));
    },
  };
}

function errorOf({ reason, triesLeft = 0, retryAfterMs = 0 }: Refused): CodeError {
  switch (reason) {
    case 'malformed':
    case 'unavailable':
      return { kind: reason };
    case 'wrong-code':
      return { kind: 'wrong', triesLeft };
    case 'code-expired':
      return { kind: 'expired' };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the code was refused as ${reason}`);
  }
}
