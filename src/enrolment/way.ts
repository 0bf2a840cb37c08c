import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import type { SecretCookie } from '#platform/http/secret-cookie.ts';
import type { EnrolmentAt, EnrolmentOutcome, EnrolmentStep, Enrolments, EnrolmentView } from '#proofing/enrolment.ts';
import type { StepFrom } from '#proofing/journey.ts';
import type { Interactions } from '#protocol/interactions.ts';
import type { PageFrames } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Asker } from '#views/components.ts';
import type { StepProps } from '#views/enrolment/step.ts';
import type { Text } from '#views/text/text.ts';

export type WayNeeds = {
  enrolments: Enrolments;
  interactions: Pick<Interactions, 'findRequest'>;
  deviceSecret: SecretCookie;
  frames: PageFrames;
  csrf: Csrf;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  networkOf(ctx: Context): string;
};

/** The page of each place on the way; the address says which question it is, and nothing about the citizen. */
export const PAGE_OF: Readonly<Record<EnrolmentAt, string>> = {
  identity: '/enrol/identity',
  phone: '/enrol/phone',
  'phone-owner': '/enrol/phone-owner',
  'phone-code': '/enrol/code',
  waiting: '/enrol/waiting',
  password: '/enrol/password',
  passkey: '/enrol/passkey',
  'recovery-codes': '/enrol/recovery-codes',
  done: '/enrol/done',
  ended: '/enrol/ended',
};

/** An enrolment in this browser, and everything its page takes from the request. */
export type Here = { ctx: Context; secret: string; view: EnrolmentView; text: Text; step: StepProps };
export type Refused = Extract<EnrolmentOutcome, { outcome: 'refused' }>;
export type Way = ReturnType<typeof createWay>;

/** What every step does alike: finds the enrolment of this browser, and sends whoever stands elsewhere to that page. */
export function createWay(needs: WayNeeds) {
  const { enrolments, interactions, deviceSecret, frames, csrf, findRelyingParty, networkOf } = needs;

  /** Undefined when the answer already leads to the page where the enrolment stands, or says that there is none. */
  async function open(ctx: Context, places: readonly EnrolmentAt[], backHref?: string): Promise<Here | undefined> {
    const secret = deviceSecret.read(ctx);
    const view = secret === undefined ? undefined : await enrolments.find(secret);
    if (secret === undefined || view === undefined) return goTo(ctx, '/enrol/gone');
    if (!places.includes(view.at)) return goTo(ctx, PAGE_OF[view.at]);
    const { text, frame } = frames.of(ctx);
    return { ctx, secret, view, text, step: { frame, csrf: csrf.tokenFor(ctx), asker: await askerOf(view), backHref } };
  }

  return {
    open,

    async post(ctx: Context, places: readonly EnrolmentAt[], backHref?: string) {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await open(ctx, places, backHref);
      return here === undefined ? undefined : { here, form };
    },

    /**
     * Takes a step; undefined when the answer leads on. What is refused is shown again by the page that asked. `news` is
     * what the same page then says of it.
     */
    async take({ ctx, secret, view }: Here, step: EnrolmentStep, news = ''): Promise<Refused | undefined> {
      const outcome = await enrolments.act(secret, step, fromOf(ctx));
      // A refusal may still move on: a number that was accepted, and whose code could not be sent.
      if (outcome.outcome === 'refused' && outcome.enrolment.at === view.at) return outcome;
      const isHere = outcome.outcome === 'moved' && outcome.enrolment.at === view.at;
      goTo(
        ctx,
        outcome.enrolment === undefined
          ? '/enrol/gone'
          : `${PAGE_OF[outcome.enrolment.at]}${isHere ? news : troubleOf(outcome)}`,
      );
      return undefined;
    },

    fromOf,
  };

  function fromOf(ctx: Context): StepFrom {
    return { network: networkOf(ctx), language: frames.of(ctx).text.language };
  }

  async function askerOf({ resume }: EnrolmentView): Promise<Asker | undefined> {
    const request = resume === undefined ? undefined : await interactions.findRequest(resume.interactionUid);
    const relyingParty = request === undefined ? undefined : await findRelyingParty(request.clientId);
    return relyingParty === undefined ? undefined : { name: relyingParty.name };
  }
}

/** What the next page has to say of the step before it. */
function troubleOf(outcome: EnrolmentOutcome): string {
  return outcome.outcome === 'refused' && outcome.reason === 'unavailable' ? '?trouble=unavailable' : '';
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
