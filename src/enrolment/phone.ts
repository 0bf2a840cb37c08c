import type { Context } from 'koa';
import { statusOf } from '#journeys/walk.ts';
import type { EnrolmentAt } from '#proofing/enrolment.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type PhoneError, phone } from '#views/enrolment/phone.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

/** The number can be changed as long as no code for it came back. */
const PLACES: readonly EnrolmentAt[] = ['phone', 'phone-owner', 'phone-code'];

export function createPhoneStep({ way }: { way: Way }) {
  function render({ ctx, text, props }: Here, problem: { typed?: string; error?: PhoneError } = {}): void {
    sendPage(ctx, phone(text, { ...props, action: PAGE_OF.phone, ...problem }), { status: statusOf(problem.error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, PLACES, '/enrol');
      if (here !== undefined) render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, PLACES, '/enrol');
      if (posted === undefined) return;
      const typed = posted.form.text('phone').trim();
      if (typed === '') return render(posted.here, { error: { kind: 'missing' } });
      const refused = await way.take(posted.here, { step: 'phone', phone: typed });
      if (refused !== undefined) render(posted.here, { typed, error: phoneErrorOf(refused) });
    },
  };
}

export function phoneErrorOf({ reason, retryAfterMs = 0 }: Refused): PhoneError {
  switch (reason) {
    case 'malformed':
    case 'unavailable':
      return { kind: reason };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the number was refused as ${reason}`);
  }
}
