import type { Context } from 'koa';
import { goTo, postedForm } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { done } from '#views/recovery/done.ts';
import { ended, gone } from '#views/recovery/ended.ts';
import { waitingPeriod } from '#views/recovery/waiting-period.ts';
import type { CameFrom } from './came-from.ts';
import { PAGE_OF, type Way, type WayNeeds } from './way.ts';

/** Where a recovery rests or ends: the day of waiting, success, and the ways it can be over. */
export function createEnds(needs: WayNeeds & { way: Way; cameFrom: CameFrom }) {
  const { way, recoveries, deviceSecret, frames, csrf, cameFrom } = needs;

  return {
    async showWaiting(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['waiting-period']);
      if (here === undefined) return;
      const { text, props, view } = here;
      const readyAt = view.readyAt ?? view.expiresAt;
      sendPage(ctx, waitingPeriod(text, { ...props, readyAt, cancelAction: '/recover/cancel' }));
    },
    async showDone(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['done']);
      if (here === undefined) return;
      const { text, props, view } = here;
      sendPage(ctx, done(text, { frame: props.frame, kind: view.kind, signInHref: await cameFrom.signInHref(ctx) }));
    },
    async showEnded(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['ended']);
      if (here === undefined) return;
      const why = here.view.endedBy ?? 'not-possible';
      sendPage(ctx, ended(here.text, { frame: here.props.frame, why, beginHref: '/recover', enrolHref: '/enrol' }));
    },
    async showGone(ctx: Context): Promise<void> {
      const { text, frame } = frames.of(ctx);
      sendPage(ctx, gone(text, { frame, beginHref: '/recover' }));
    },
    async cancel(ctx: Context): Promise<void> {
      await postedForm(ctx, csrf);
      const secret = deviceSecret.read(ctx);
      if (secret !== undefined) await recoveries.act(secret, { step: 'cancel' }, way.fromOf(ctx));
      goTo(ctx, PAGE_OF.ended);
    },
  };
}
