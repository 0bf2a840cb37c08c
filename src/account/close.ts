import type { Context } from 'koa';
import { type AccountClosings, CLOSING_WAITS } from '#citizens/account-closings.ts';
import type { Citizen } from '#citizens/citizen.ts';
import { DAY } from '#platform/durations.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { type CloseNews, close as closePage } from '#views/account/close.ts';
import type { CitizenHere } from './citizen-here.ts';
import type { StronglyHere } from './strongly-here.ts';

export type CloseNeeds = {
  citizenHere: CitizenHere;
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  closings: Pick<AccountClosings, 'ask' | 'stop'>;
  /** As they are now, not as they were cached: another instance may have stopped it a moment ago. */
  citizens: { findById(id: string): Promise<Citizen | undefined> };
};

export const CLOSE_PATH = '/account/close';

/** The end of the account: what it means, asking for it, and keeping the account after all. */
export function createCloseStep({ citizenHere, stronglyHere, frames, csrf, closings, citizens }: CloseNeeds) {
  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const { text, frame } = frames.of(ctx);
      const page = closePage(text, {
        frame,
        csrf: csrf.tokenFor(ctx),
        askAction: CLOSE_PATH,
        stopAction: `${CLOSE_PATH}/stop`,
        waitsDays: CLOSING_WAITS / DAY,
        closesAt: (await citizens.findById(here.citizen.id))?.closesAt,
        news: NEWS.find((news) => news === ctx.query.news),
      });
      sendPage(ctx, page);
    },

    /** Asking needs the strength that changing a password needs; whoever has it not proves it and finds the page again. */
    async ask(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, CLOSE_PATH);
      if (here === undefined) return;
      const asked = await closings.ask(await here.prove('close-account'));
      if (asked === 'no-proof') throw new Error('a proof that was just issued is not accepted');
      ctx.status = 303;
      ctx.redirect(CLOSE_PATH);
    },

    /** Keeping an account takes nothing from anybody, so being signed in is enough. */
    async stop(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const isStopped = await closings.stop(here.citizen.id);
      ctx.status = 303;
      ctx.redirect(`${CLOSE_PATH}?news=${isStopped ? 'stopped' : 'too-late'}`);
    },
  };
}

const NEWS: readonly CloseNews[] = ['stopped', 'too-late'];
