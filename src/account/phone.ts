import type { Context } from 'koa';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import { maskPhone } from '#proofing/journey.ts';
import type { Begun, PhoneChange } from '#proofing/phone-change.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { type NewPhoneError, newPhone, newPhoneCode } from '#views/account/new-phone.ts';
import type { CodeError } from '#views/text-message-code.ts';
import type { StrongHere, StronglyHere } from './strongly-here.ts';

export type PhoneNeeds = {
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  phoneChange: PhoneChange;
  networkOf(ctx: Context): string;
};

export const PHONE_PATH = '/account/phone';
const CODE = `${PHONE_PATH}/code`;

/** Another number: whose it is, whether it is at hand, and only then is it the citizen's. */
export function createPhoneStep({ stronglyHere, frames, csrf, phoneChange, networkOf }: PhoneNeeds) {
  function renderNumber(ctx: Context, here: StrongHere, problem: { typed?: string; error?: NewPhoneError } = {}): void {
    const { text, frame } = frames.of(ctx);
    const { phone } = here.citizen;
    const now = phone === undefined ? undefined : maskPhone(phone);
    const page = newPhone(text, { frame, action: PHONE_PATH, csrf: csrf.tokenFor(ctx), now, ...problem });
    sendPage(ctx, page, { status: statusOf(problem.error?.kind) });
  }

  async function renderCode(ctx: Context, here: StrongHere, problem: CodeProblem = {}) {
    const pending = await phoneChange.pending(placeOf(here));
    if (pending === undefined) return to(ctx, PHONE_PATH);
    const { text, frame } = frames.of(ctx);
    const page = newPhoneCode(text, {
      ...{ frame, action: CODE, againAction: `${CODE}/again`, anotherHref: PHONE_PATH, csrf: csrf.tokenFor(ctx) },
      maskedPhone: maskPhone(pending),
      hasBeenSentAgain: problem.isAgain === true,
      mayBeLate: problem.isLate === true,
      error: problem.error,
    });
    sendPage(ctx, page, { status: statusOf(problem.error?.kind) });
  }

  const fromOf = (ctx: Context) => ({ network: networkOf(ctx), language: frames.of(ctx).text.language });

  async function posted(ctx: Context): Promise<{ form: Form; here: StrongHere } | undefined> {
    const form = await readForm(ctx);
    csrf.check(ctx, form.text('csrf'));
    const here = await stronglyHere.find(ctx, PHONE_PATH);
    return here === undefined ? undefined : { form, here };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await stronglyHere.find(ctx, PHONE_PATH);
      if (here !== undefined) renderNumber(ctx, here);
    },

    async submit(ctx: Context): Promise<void> {
      const { form, here } = (await posted(ctx)) ?? {};
      if (form === undefined || here === undefined) return;
      const typed = form.text('phone');
      const { citizen, binding } = here;
      const begun = await phoneChange.begin({ citizen, binding, phone: typed, from: fromOf(ctx) });
      const error = errorOf(begun);
      if (error !== undefined) return renderNumber(ctx, here, { typed, error });
      to(ctx, begun.outcome === 'late' ? `${CODE}?trouble=late` : CODE);
    },

    async showCode(ctx: Context): Promise<void> {
      const here = await stronglyHere.find(ctx, PHONE_PATH);
      if (here !== undefined) await renderCode(ctx, here, { isLate: ctx.query.trouble === 'late' });
    },

    async sendAgain(ctx: Context): Promise<void> {
      const { here } = (await posted(ctx)) ?? {};
      if (here === undefined) return;
      const begun = await phoneChange.sendAgain({ ...placeOf(here), from: fromOf(ctx) });
      if (begun.outcome === 'slow-down')
        return renderCode(ctx, here, { error: { kind: 'too-soon', retryAfterMs: begun.retryAfterMs } });
      if (begun.outcome === 'not-sent') return renderCode(ctx, here, { error: { kind: 'unavailable' } });
      await renderCode(ctx, here, begun.outcome === 'late' ? { isLate: true } : { isAgain: true });
    },

    async confirm(ctx: Context): Promise<void> {
      const { form, here } = (await posted(ctx)) ?? {};
      if (form === undefined || here === undefined) return;
      const { proof } = await here.prove('change-phone');
      const confirmed = await phoneChange.confirm({ ...placeOf(here), code: form.text('code'), proof });
      switch (confirmed.outcome) {
        case 'changed':
          return to(ctx, '/account?news=phone');
        case 'wrong':
          return renderCode(ctx, here, { error: confirmed.triesLeft > 0 ? { ...confirmed, kind: 'wrong' } : EXPIRED });
        case 'expired':
          return renderCode(ctx, here, { error: EXPIRED });
        case 'no-proof':
          throw new Error('a proof that was just issued is not accepted');
      }
    },
  };
}

type CodeProblem = { error?: CodeError; isAgain?: boolean; isLate?: boolean };

const EXPIRED: CodeError = { kind: 'expired' };

const placeOf = ({ citizen, binding }: StrongHere) => ({ citizenId: citizen.id, binding });

function errorOf(begun: Begun): NewPhoneError | undefined {
  switch (begun.outcome) {
    case 'sent':
    case 'late':
    case 'nothing-begun':
      return undefined;
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs: begun.retryAfterMs };
    default:
      return { kind: begun.outcome };
  }
}

function statusOf(kind: NewPhoneError['kind'] | CodeError['kind'] | undefined): number {
  if (kind === undefined) return 200;
  if (kind === 'slow-down' || kind === 'too-soon') return 429;
  return kind === 'unavailable' || kind === 'not-sent' ? 503 : 422;
}

function to(ctx: Context, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}
