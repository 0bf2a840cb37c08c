import type { Context } from 'koa';
import { readTypedIdentity, type TypedIdentity } from '#proofing/typed-identity.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { type IdentityError, identity } from '#views/recovery/identity.ts';
import { type Here, PAGE_OF, type Refused, statusOf, type Way } from './way.ts';

export function createIdentityStep({ way }: { way: Way }) {
  function render({ ctx, text, props }: Here, problem: { typed?: TypedIdentity; error?: IdentityError } = {}): void {
    const page = identity(text, { ...props, action: PAGE_OF.identity, ...problem });
    sendPage(ctx, page, { status: statusOf(problem.error) });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['identity'], '/recover');
      if (here !== undefined) render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['identity'], '/recover');
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
      return { kind: 'fields', birthDate: 'malformed' };
    default:
      throw new Error(`the identity was refused as ${reason}`);
  }
}
