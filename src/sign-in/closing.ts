import type { Context } from 'koa';
import type { AccountClosings } from '#citizens/account-closings.ts';
import { closing } from '#views/sign-in/closing.ts';
import { isSharedIn } from './progress.ts';
import type { Way } from './way.ts';

export type ClosingNeeds = { closings: Pick<AccountClosings, 'stop'> };

/** Whoever signs in while the account waits for its end is told, and keeps it with one button. */
export function createClosingStep({ way, closings }: ClosingNeeds & { way: Way }) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.openAt(ctx, 'closing');
      if (here === undefined) return;
      const action = `/sign-in/${here.interaction.uid}/closing`;
      way.send(here, closing(here.text, { ...here.step, action, closesAt: here.standing.closesAt }));
    },

    async submit(ctx: Context): Promise<void> {
      const posted = await way.postAt(ctx, 'closing');
      if (posted === undefined) return;
      const { here, form } = posted;
      if (form.text('decision') === 'keep') await closings.stop(here.standing.citizen.id);
      const { id: citizenId } = here.standing.citizen;
      const progress = here.progress ?? { citizenId, proofs: [], isShared: isSharedIn(here), isCodeSent: false };
      await way.moveOn(here, { ...progress, hasSeenClosing: true });
    },
  };
}
