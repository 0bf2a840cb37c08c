import type { Context } from 'koa';
import QRCode from 'qrcode';
import type { Authenticators } from '#citizens/authenticators.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { addAuthenticator } from '#views/account/add-authenticator.ts';
import { SECURITY_PATH, toSecurity } from './security.ts';
import type { StrongHere, StronglyHere } from './strongly-here.ts';

export type AddAuthenticatorNeeds = {
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  authenticators: Pick<Authenticators, 'begin' | 'confirm'>;
};

const PAGE = `${SECURITY_PATH}/authenticator`;

/** An app that shows codes: its secret goes on the page, and is kept when a code shows that the app has it. */
export function createAddAuthenticatorStep({ stronglyHere, frames, csrf, authenticators }: AddAuthenticatorNeeds) {
  function render(ctx: Context, { secret, uri }: { secret: string; uri: string }, hasFailed = false): void {
    const { text, frame } = frames.of(ctx);
    const { size, data } = QRCode.create(uri, { errorCorrectionLevel: 'M' }).modules;
    const page = addAuthenticator(text, {
      frame,
      action: PAGE,
      csrf: csrf.tokenFor(ctx),
      secret,
      uri,
      qrCode: { size, isDark: (x, y) => data[y * size + x] === 1 },
      hasFailed,
    });
    sendPage(ctx, page, { status: hasFailed ? 422 : 200 });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await stronglyHere.find(ctx, PAGE);
      if (here !== undefined) render(ctx, authenticators.begin(here.citizen));
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, PAGE);
      if (here === undefined) return;
      const secret = form.text('secret');
      const outcome = await authenticators.confirm({
        ...(await here.prove('add-authenticator')),
        secret,
        code: form.text('code'),
        name: '',
      });
      switch (outcome) {
        case 'added':
        case 'too-many':
          return toSecurity(ctx, outcome);
        case 'wrong-code':
          return render(ctx, again(here, secret), true);
        case 'no-proof':
          throw new Error('a proof that was just issued is not accepted');
      }
    },
  };

  /** The same secret once more, so that the app need not be set up anew; a spoiled one is replaced. */
  function again({ citizen }: StrongHere, secret: string): { secret: string; uri: string } {
    const fresh = authenticators.begin(citizen);
    if (!/^[A-Z2-7]{32}$/.test(secret)) return fresh;
    return { secret, uri: fresh.uri.replace(fresh.secret, secret) };
  }
}
