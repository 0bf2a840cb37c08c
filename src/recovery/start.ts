import type { Context } from 'koa';
import { goTo, postedForm, statusOf } from '#journeys/walk.ts';
import type { RecoveryKind } from '#proofing/recovery.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { RECOVERY_KINDS, type StartProps, start } from '#views/recovery/start.ts';
import type { CameFrom } from './came-from.ts';
import { PAGE_OF, type Way, type WayNeeds } from './way.ts';

type Needs = WayNeeds & { way: Way; cameFrom: CameFrom };

/** What is lost decides which of the three ways it is. */
export function createStartStep({ way, recoveries, deviceSecret, frames, csrf, cameFrom }: Needs) {
  async function render(ctx: Context, error?: StartProps['error']): Promise<void> {
    const { text, frame } = frames.of(ctx);
    const page = start(text, {
      frame,
      csrf: csrf.tokenFor(ctx),
      action: '/recover',
      signInHref: await cameFrom.signInHref(ctx),
      error,
    });
    sendPage(ctx, page, { status: statusOf(error) });
  }

  return {
    /** Who has to wait for a day comes back to this address. */
    async show(ctx: Context): Promise<void> {
      const secret = deviceSecret.read(ctx);
      const underWay = secret === undefined ? undefined : await recoveries.find(secret);
      if (underWay?.at === 'waiting-period') return goTo(ctx, PAGE_OF['waiting-period']);
      cameFrom.remember(ctx);
      await render(ctx);
    },
    async submit(ctx: Context): Promise<void> {
      const form = await postedForm(ctx, csrf);
      const kind = form.text('kind');
      if (!isKind(kind)) return render(ctx, { kind: 'missing' });
      const begun = await recoveries.begin({ deviceSecret: deviceSecret.give(ctx), kind, from: way.fromOf(ctx) });
      if (begun.outcome === 'begun') return goTo(ctx, PAGE_OF[begun.recovery.at]);
      await render(ctx, { kind: 'slow-down', retryAfterMs: begun.retryAfterMs });
    },
  };
}

function isKind(value: string): value is RecoveryKind {
  return RECOVERY_KINDS.some((kind) => kind === value);
}
