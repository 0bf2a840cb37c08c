import type { Context } from 'koa';
import { statusOf } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type PhoneOwnerError, phoneOwner } from '#views/enrolment/phone-owner.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

/** The number is somebody else's: whose, so that the code goes to them with their knowledge. */
export function createPhoneOwnerStep({ way }: { way: Way }) {
  function render({ ctx, text, props, view }: Here, problem: { typed?: string; error?: PhoneOwnerError } = {}): void {
    const page = phoneOwner(text, {
      ...props,
      action: PAGE_OF['phone-owner'],
      anotherHref: PAGE_OF.phone,
      maskedPhone: view.maskedPhone ?? '',
      ...problem,
    });
    sendPage(ctx, page, { status: statusOf(problem.error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['phone-owner'], PAGE_OF.phone);
      if (here === undefined) return;
      render(here, here.view.refusedMeanwhile === 'owner-no-match' ? { error: { kind: 'not-theirs' } } : {});
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['phone-owner'], PAGE_OF.phone);
      if (posted === undefined) return;
      const typed = posted.form.text('owner_national_code').trim();
      if (typed === '') return render(posted.here, { error: { kind: 'missing' } });
      const refused = await way.take(posted.here, { step: 'phone-owner', ownerNationalCode: typed });
      if (refused !== undefined) render(posted.here, { typed, error: errorOf(refused) });
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): PhoneOwnerError {
  switch (reason) {
    case 'malformed':
    case 'unavailable':
      return { kind: reason };
    case 'owner-no-match':
      return { kind: 'not-theirs' };
    case 'your-own-code':
      return { kind: 'your-own' };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the owner of the number was refused as ${reason}`);
  }
}
