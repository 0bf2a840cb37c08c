import type { Context } from 'koa';
import { type IdentityProblem, takeIdentity } from '#journeys/asked-identity.ts';
import { statusOf } from '#journeys/walk.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { identity } from '#views/recovery/identity.ts';
import { type Here, PAGE_OF, type Way } from './way.ts';

/** National code and date of birth. */
export function createIdentityStep({ way }: { way: Way }) {
  function render({ ctx, text, props }: Here, problem: IdentityProblem = {}): void {
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
      const problem = await takeIdentity(form, (typed) => way.take(here, { step: 'identity', ...typed }));
      if (problem !== undefined) render(here, problem);
    },
  };
}
