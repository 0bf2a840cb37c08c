import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import type { SecretCookie } from '#platform/http/secret-cookie.ts';
import type { StepFrom } from '#proofing/journey.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import type { Frame } from '#views/layout.ts';
import type { Text } from '#views/text/text.ts';

export type WalkNeeds = {
  deviceSecret: SecretCookie;
  frames: PageFrames;
  csrf: Csrf;
  networkOf(ctx: Context): string;
};

type Outcome =
  | { outcome: 'moved'; isLate?: boolean }
  | { outcome: 'waiting' | 'not-now' }
  | { outcome: 'refused'; reason: string };
type RefusedOf<O extends Outcome> = Extract<O, { outcome: 'refused' }>;

/** What a journey of steps says of itself; the walk through its pages is the same for all. */
type Journey<At extends string, View extends { at: At }, Step, O extends Outcome, More> = {
  /** The page of each place. */
  pages: Readonly<Record<At, string>>;
  /** Where a browser is sent that has no such journey. */
  gone: string;
  find(secret: string): Promise<View | undefined>;
  act(secret: string, step: Step, from: StepFrom): Promise<O>;
  /** Undefined when an outcome left no journey to stand in. */
  placeAfter(outcome: O): At | undefined;
  /** What its pages show besides what every page has. */
  alsoShown(view: View): Promise<More>;
};

/** A journey in this browser, and everything its page takes from the request. */
export type HereIn<View, More> = {
  ctx: Context;
  secret: string;
  view: View;
  text: Text;
  props: { frame: Frame; csrf: string; backHref: string | undefined } & More;
};

/** What every step does alike: finds the journey of this browser, and sends whoever stands elsewhere to that page. */
export function createWalk<At extends string, View extends { at: At }, Step, O extends Outcome, More>(
  { deviceSecret, frames, csrf, networkOf }: WalkNeeds,
  { pages, gone, find, act, placeAfter, alsoShown }: Journey<At, View, Step, O, More>,
) {
  type Here = HereIn<View, More>;

  /** Undefined when the answer already leads to the page where the journey stands, or says that there is none. */
  async function open(ctx: Context, places: readonly At[], backHref?: string): Promise<Here | undefined> {
    const secret = deviceSecret.read(ctx);
    const view = secret === undefined ? undefined : await find(secret);
    if (secret === undefined || view === undefined) return goTo(ctx, gone);
    if (!places.includes(view.at)) return goTo(ctx, pages[view.at]);
    const { text, frame } = frames.of(ctx);
    const props = { frame, csrf: csrf.tokenFor(ctx), backHref, ...(await alsoShown(view)) };
    return { ctx, secret, view, text, props };
  }

  return {
    open,

    async post(ctx: Context, places: readonly At[], backHref?: string) {
      const form = await postedForm(ctx, csrf);
      const here = await open(ctx, places, backHref);
      return here === undefined ? undefined : { here, form };
    },

    /**
     * Takes a step; undefined when the answer leads on. What is refused is shown again by the page that asked. `news` is
     * what the same page then says of it.
     */
    async take({ ctx, secret, view }: Here, step: Step, news = ''): Promise<RefusedOf<O> | undefined> {
      const outcome = await act(secret, step, fromOf(ctx));
      const at = placeAfter(outcome);
      // A refusal may still move on: a number that was accepted, and whose code could not be sent.
      if (isRefused(outcome) && at === view.at) return outcome;
      if (at === undefined) return goTo(ctx, gone);
      const trouble = troubleOf(outcome);
      const isHere = outcome.outcome === 'moved' && at === view.at;
      return goTo(ctx, `${pages[at]}${isHere && trouble === '' ? news : trouble}`);
    },

    fromOf,
  };

  function fromOf(ctx: Context): StepFrom {
    return { network: networkOf(ctx), language: frames.of(ctx).text.language };
  }
}

function isRefused<O extends Outcome>(outcome: O): outcome is RefusedOf<O> {
  return outcome.outcome === 'refused';
}

/** What the next page has to say of the step before it. */
function troubleOf(outcome: Outcome): string {
  if (outcome.outcome === 'moved' && outcome.isLate === true) return '?trouble=late';
  return outcome.outcome === 'refused' && outcome.reason === 'unavailable' ? '?trouble=unavailable' : '';
}

export async function postedForm(ctx: Context, csrf: Csrf): Promise<Form> {
  const form = await readForm(ctx);
  csrf.check(ctx, form.text('csrf'));
  return form;
}

/** For an address that is only posted to: opened or switched to the other language, it is the page that posts there. */
export function pageInstead(path: string): (ctx: Context) => void {
  return (ctx) => goTo(ctx, `${path}${ctx.search}`);
}

export function goTo(ctx: Context, path: string): undefined {
  ctx.status = 303;
  ctx.redirect(path);
  return undefined;
}

/** Too many tries are 429, an outage of others is 503, everything else is for the citizen to correct. */
export function statusOf(error: { kind: string } | undefined): number {
  if (error === undefined) return 200;
  if (error.kind === 'unavailable') return 503;
  return error.kind === 'slow-down' || error.kind === 'too-soon' || error.kind === 'busy' ? 429 : 422;
}
