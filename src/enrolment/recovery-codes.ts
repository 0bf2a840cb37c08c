import type { Context } from 'koa';
import { goTo } from '#journeys/walk.ts';
import type { Clock } from '#platform/clock.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { beforeRecoveryCodes, recoveryCodes } from '#views/enrolment/recovery-codes.ts';
import { PAGE_OF, type Way, type WayNeeds } from './way.ts';

type Needs = { way: Way; clock: Clock } & Pick<WayNeeds, 'enrolments' | 'interactions'>;

/** Made and shown by a post and not by opening the page: whoever reloads does not make worthless what was printed. */
export function createRecoveryCodesStep({ way, clock, enrolments, interactions }: Needs) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['recovery-codes']);
      if (here === undefined) return;
      sendPage(ctx, beforeRecoveryCodes(here.text, { ...here.props, showAction: `${PAGE_OF['recovery-codes']}/show` }));
    },
    async showCodes(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['recovery-codes']);
      if (posted === undefined) return;
      const { text, props, secret } = posted.here;
      const codes = await enrolments.issueRecoveryCodes(secret);
      if (codes === undefined) return goTo(ctx, PAGE_OF['recovery-codes']);
      const keptAction = PAGE_OF['recovery-codes'];
      sendPage(ctx, recoveryCodes(text, { ...props, keptAction, codes, madeAt: clock.now() }), { hasScript: true });
    },
    /** Towards a university the last step is taken under the path of its sign-in, otherwise here. */
    async kept(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['recovery-codes']);
      if (posted === undefined) return;
      const uid = posted.here.view.resume?.interactionUid;
      const request = uid === undefined ? undefined : await interactions.findRequest(uid);
      if (request !== undefined) return goTo(ctx, `/sign-in/${uid}/enrolled`);
      await way.take(posted.here, { step: 'recovery-codes-kept' });
    },
  };
}
