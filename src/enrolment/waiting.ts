import type { Context } from 'koa';
import { statusOf } from '#journeys/walk.ts';
import { SECOND } from '#platform/durations.ts';
import { sendPage } from '#protocol/page-frame.ts';
import type { PhoneError } from '#views/enrolment/phone.ts';
import { waiting } from '#views/enrolment/waiting.ts';
import { phoneErrorOf } from './phone.ts';
import { type Here, PAGE_OF, type Way } from './way.ts';

/** The words on the page say half a minute. */
const REFRESHES_EVERY = 30 * SECOND;

/** A service is down. The page looks again by itself, by a header that needs no script. */
export function createWaitingStep({ way }: { way: Way }) {
  function render({ ctx, text, props, view }: Here, problem: { typed?: string; error?: PhoneError } = {}): void {
    // Whoever is being told of a mistake in what they typed is given the time to correct it.
    if (problem.error === undefined) ctx.set('Refresh', String(REFRESHES_EVERY / SECOND));
    const page = waiting(text, {
      ...props,
      waitingFor: view.waitingFor ?? 'civil-registry',
      maskedPhone: view.maskedPhone,
      phoneAction: `${PAGE_OF.waiting}/phone`,
      checkHref: PAGE_OF.waiting,
      cancelAction: '/enrol/cancel',
      ...problem,
    });
    sendPage(ctx, page, { status: statusOf(problem.error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['waiting']);
      if (here !== undefined) render(here);
    },
    async submitPhone(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['waiting']);
      if (posted === undefined) return;
      const typed = posted.form.text('phone').trim();
      if (typed === '') return render(posted.here, { error: { kind: 'missing' } });
      const refused = await way.take(posted.here, { step: 'phone', phone: typed });
      if (refused !== undefined) render(posted.here, { typed, error: phoneErrorOf(refused) });
    },
  };
}
