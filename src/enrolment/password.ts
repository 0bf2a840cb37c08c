import type { Context } from 'koa';
import { PasswordWorkFailed, PoolFull } from '#citizens/password-pool.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#citizens/password-rules.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { password } from '#views/enrolment/password.ts';
import type { PasswordError } from '#views/new-password.ts';
import { nameOf } from './registered-name.ts';
import { type Here, PAGE_OF, type Refused, statusOf, type Way } from './way.ts';

/** A password of one's own; with it the account comes into being. */
export function createPasswordStep({ way }: { way: Way }) {
  function render({ ctx, text, step, view }: Here, error?: PasswordError): void {
    const page = password(text, {
      ...step,
      action: PAGE_OF.password,
      name: nameOf(view.name),
      length: { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD },
      error,
    });
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
      const typed = posted.form.text('password');
      if (typed === '') return render(posted.here, { kind: 'missing' });
      const error = await way
        .take(posted.here, { step: 'password', password: typed })
        .then((refused) => (refused === undefined ? undefined : errorOf(refused)), busyIfFull);
      if (error !== undefined) render(posted.here, error);
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): PasswordError {
  switch (reason) {
    case 'too-short':
    case 'too-long':
    case 'too-common':
    case 'about-yourself':
      return { kind: reason };
    case 'slow-down':
      return { kind: 'busy', retryAfterMs };
    default:
      throw new Error(`the password was refused as ${reason}`);
  }
}

function busyIfFull(error: unknown): PasswordError {
  if (error instanceof PoolFull) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  if (error instanceof PasswordWorkFailed)
    throw new Refusal('unavailable', 503, { cause: error, retryAfterSeconds: 10 });
  throw error;
}
