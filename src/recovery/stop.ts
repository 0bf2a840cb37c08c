import type { Context } from 'koa';
import { postedForm, statusOf } from '#journeys/walk.ts';
import { MINUTE } from '#platform/durations.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type StopProps, stop, stopped } from '#views/recovery/stop.ts';
import type { Way, WayNeeds } from './way.ts';

/** The limit says no more than that there is one; this is how long people are asked to wait. */
const WAIT_AS_TOLD = 5 * MINUTE;

/**
 * For whoever has the old number: the link in the message leads here. Opening it stops nothing, because phones and mail
 * programs open links by themselves; the code in it is the proof, and no sign-in is needed.
 */
export function createStopStep({ way, recoveries, frames, csrf }: WayNeeds & { way: Way }) {
  function render(ctx: Context, { code, error }: Pick<StopProps, 'code' | 'error'>): void {
    const { text, frame } = frames.of(ctx);
    const page = stop(text, { frame, csrf: csrf.tokenFor(ctx), action: '/recover/stop', code, error });
    sendPage(ctx, page, { status: statusOf(error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const { code } = ctx.query;
      render(ctx, { code: typeof code === 'string' ? code : undefined });
    },
    async submit(ctx: Context): Promise<void> {
      const code = (await postedForm(ctx, csrf)).text('code').trim();
      if (code === '') return render(ctx, { error: { kind: 'missing' } });
      switch (await recoveries.stop({ code, from: way.fromOf(ctx) })) {
        case 'stopped': {
          const { text, frame } = frames.of(ctx);
          return sendPage(ctx, stopped(text, { frame, signInHref: '/enter?to=/account/security' }));
        }
        case 'unknown':
          return render(ctx, { code, error: { kind: 'wrong' } });
        case 'slow-down':
          return render(ctx, { code, error: { kind: 'slow-down', retryAfterMs: WAIT_AS_TOLD } });
      }
    },
  };
}
