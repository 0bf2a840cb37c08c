import type { Context } from 'koa';
import { readTypedIdentity, type TypedIdentity } from '#proofing/typed-identity.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type IdentityError, identity } from '#views/enrolment/identity.ts';
import { type Here, PAGE_OF, type Refused, statusOf, type Way } from './way.ts';

/** National code and date of birth. */
export function createIdentityStep({ way }: { way: Way }) {
  function render({ ctx, text, step }: Here, problem: { typed?: TypedIdentity; error?: IdentityError } = {}): void {
    sendPage(ctx, identity(text, { ...step, action: PAGE_OF.identity, ...problem }), {
      status: statusOf(problem.error),
    });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['identity'], '/enrol');
      if (here === undefined) return;
      render(here, here.view.refusedMeanwhile === 'no-match' ? { error: { kind: 'no-match' } } : {});
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['identity'], '/enrol');
      if (posted === undefined) return;
      const { here, form } = posted;
      const typed = {
        nationalCode: form.text('national_code'),
        day: form.text('birth_day'),
        month: form.text('birth_month'),
        year: form.text('birth_year'),
      };
      const read = readTypedIdentity(typed);
      if (read.outcome === 'faults') return render(here, { typed, error: { ...read, kind: 'fields' } });
      const { nationalCode, birthDate } = read;
      const refused = await way.take(here, { step: 'identity', nationalCode, birthDate });
      if (refused !== undefined) render(here, { typed, error: errorOf(refused) });
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): IdentityError {
  switch (reason) {
    case 'no-match':
    case 'unavailable':
      return { kind: reason };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    case 'malformed':
      // Both could be read: what is left is a day that has not come yet.
      return { kind: 'fields', birthDate: 'malformed' };
    default:
      throw new Error(`the identity was refused as ${reason}`);
  }
}
