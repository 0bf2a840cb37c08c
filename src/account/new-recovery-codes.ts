import type { Context } from 'koa';
import type { RecoveryCodes } from '#citizens/recovery-codes.ts';
import type { Clock } from '#platform/clock.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { beforeNewRecoveryCodes, newRecoveryCodes } from '#views/account/new-recovery-codes.ts';
import { SECURITY_PATH } from './security.ts';
import type { StronglyHere } from './strongly-here.ts';

export type NewRecoveryCodesNeeds = {
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  recoveryCodes: Pick<RecoveryCodes, 'issue' | 'left'>;
  clock: Clock;
};

const PAGE = `${SECURITY_PATH}/recovery-codes`;

/** Made by a post and shown once: opening the page, or reloading it, makes nothing worthless that was printed. */
export function createNewRecoveryCodesStep({
  stronglyHere,
  frames,
  csrf,
  recoveryCodes,
  clock,
}: NewRecoveryCodesNeeds) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await stronglyHere.find(ctx, PAGE);
      if (here === undefined) return;
      const { text, frame } = frames.of(ctx);
      const left = await recoveryCodes.left(here.citizen.id);
      sendPage(ctx, beforeNewRecoveryCodes(text, { frame, action: PAGE, csrf: csrf.tokenFor(ctx), left }));
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, PAGE);
      if (here === undefined) return;
      const codes = await recoveryCodes.issue(await here.prove('issue-recovery-codes'));
      if (codes === undefined) throw new Error('a proof that was just issued is not accepted');
      const { text, frame } = frames.of(ctx);
      sendPage(ctx, newRecoveryCodes(text, { frame, codes, madeAt: clock.now(), backHref: SECURITY_PATH }), {
        hasScript: true,
      });
    },
  };
}
