import type { Context } from 'koa';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#citizens/password-rules.ts';
import { statusOf } from '#journeys/walk.ts';
import { choosePassword } from '#protocol/choose-password.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { PasswordError } from '#views/new-password.ts';
import { password } from '#views/recovery/password.ts';
import { type Here, PAGE_OF, type Way } from './way.ts';

/** The new password. The proof that allows it was consumed on the way here, and is consumed with it. */
export function createPasswordStep({ way }: { way: Way }) {
  function render({ ctx, text, props }: Here, error?: PasswordError): void {
    const length = { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD };
    const page = password(text, { ...props, action: PAGE_OF.password, length, error });
    if (error?.kind === 'busy') ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    sendPage(ctx, page, { status: statusOf(error), hasScript: true });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['password']);
      if (here !== undefined) render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['password']);
      if (posted === undefined) return;
      const error = await choosePassword(posted.form.text('password'), (typed) =>
        way.take(posted.here, { step: 'password', password: typed }),
      );
      if (error !== undefined) render(posted.here, error);
    },
  };
}
