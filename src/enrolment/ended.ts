import type { Context } from 'koa';
import { goTo } from '#journeys/walk.ts';
import { readForm } from '#platform/http/form.ts';
import type { EnrolmentView } from '#proofing/enrolment.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { ended } from '#views/enrolment/ended.ts';
import { gone } from '#views/enrolment/gone.ts';
import { PAGE_OF, type Way, type WayNeeds } from './way.ts';

/** Over without an account, by our word or the citizen's. */
export function createEndedStep({ way, enrolments, deviceSecret, frames, csrf }: WayNeeds & { way: Way }) {
  function render(ctx: Context, why: NonNullable<EnrolmentView['endedBy']>): void {
    const { text, frame } = frames.of(ctx);
    const paths = { beginHref: '/enrol', signInHref: '/enter?to=/account', recoverHref: '/recover' };
    sendPage(ctx, ended(text, { frame, why, ...paths }));
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['ended']);
      if (here !== undefined) render(ctx, here.view.endedBy ?? 'not-possible');
    },
    async cancel(ctx: Context): Promise<void> {
      csrf.check(ctx, (await readForm(ctx)).text('csrf'));
      const secret = deviceSecret.read(ctx);
      if (secret !== undefined) await enrolments.act(secret, { step: 'cancel' }, way.fromOf(ctx));
      goTo(ctx, PAGE_OF.ended);
    },
    /** This browser has nothing under way, or no longer. */
    async showGone(ctx: Context): Promise<void> {
      const { text, frame } = frames.of(ctx);
      sendPage(ctx, gone(text, { frame, beginHref: '/enrol' }));
    },
  };
}
