import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import type { SecretCookie } from '#platform/http/secret-cookie.ts';
import type { StepFrom } from '#proofing/journey.ts';
import type { Recoveries, RecoveryAt, RecoveryOutcome, RecoveryStep, RecoveryView } from '#proofing/recovery.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import type { WayProps } from '#views/recovery/way.ts';
import type { Text } from '#views/text/text.ts';

export type WayNeeds = {
  recoveries: Recoveries;
  deviceSecret: SecretCookie;
  frames: PageFrames;
  csrf: Csrf;
  networkOf(ctx: Context): string;
};

/** The page of each place on the way back. */
export const PAGE_OF: Readonly<Record<RecoveryAt, string>> = {
  identity: '/recover/identity',
  code: '/recover/code',
  'known-password': '/recover/known-password',
  'second-proof': '/recover/second-proof',
  phone: '/recover/phone',
  'phone-code': '/recover/phone-code',
  'waiting-period': '/recover/waiting',
  password: '/recover/password',
  done: '/recover/done',
  ended: '/recover/ended',
};

/** A recovery in this browser, and everything its page takes from the request. */
export type Here = { ctx: Context; secret: string; view: RecoveryView; text: Text; props: WayProps };
export type Refused = Extract<RecoveryOutcome, { outcome: 'refused' }>;
export type Way = ReturnType<typeof createWay>;

/** What every step does alike: finds the recovery of this browser, and sends whoever stands elsewhere to that page. */
export function createWay({ recoveries, deviceSecret, frames, csrf, networkOf }: WayNeeds) {
  /** Undefined when the answer already leads to where the recovery stands, or says that there is none. */
  async function open(ctx: Context, places: readonly RecoveryAt[], backHref?: string): Promise<Here | undefined> {
    const secret = deviceSecret.read(ctx);
    const view = secret === undefined ? undefined : await recoveries.find(secret);
    if (secret === undefined || view === undefined) return goTo(ctx, '/recover/gone');
    if (!places.includes(view.at)) return goTo(ctx, PAGE_OF[view.at]);
    const { text, frame } = frames.of(ctx);
    return { ctx, secret, view, text, props: { frame, csrf: csrf.tokenFor(ctx), backHref } };
  }

  return {
    open,

    async post(ctx: Context, places: readonly RecoveryAt[], backHref?: string) {
      const form = await postedForm(ctx, csrf);
      const here = await open(ctx, places, backHref);
      return here === undefined ? undefined : { here, form };
    },

    /**
     * Takes a step; undefined when the answer leads on. What is refused is shown again by the page that asked. `news` is
     * what the same page then says of it.
     */
    async take({ ctx, secret, view }: Here, step: RecoveryStep, news = ''): Promise<Refused | undefined> {
      const outcome = await recoveries.act(secret, step, fromOf(ctx));
      // A refusal may still move on: a number that was accepted, and whose code could not be sent.
      if (outcome.outcome === 'refused' && outcome.recovery.at === view.at) return outcome;
      const isHere = outcome.outcome === 'moved' && outcome.recovery.at === view.at;
      goTo(
        ctx,
        outcome.recovery === undefined
          ? '/recover/gone'
          : `${PAGE_OF[outcome.recovery.at]}${isHere ? news : troubleOf(outcome)}`,
      );
      return undefined;
    },

    fromOf,
  };

  function fromOf(ctx: Context): StepFrom {
    return { network: networkOf(ctx), language: frames.of(ctx).text.language };
  }
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

/** What the next page has to say of the step before it. */
function troubleOf(outcome: RecoveryOutcome): string {
  return outcome.outcome === 'refused' && outcome.reason === 'unavailable' ? '?trouble=unavailable' : '';
}
