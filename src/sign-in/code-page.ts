import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { AuthenticationMethod } from '#citizens/authentication-levels.ts';
import type { SecondFactorAttempts } from '#citizens/second-factor-attempts.ts';
import type { Form } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { LimitsUnavailable } from '#platform/rate-limits.ts';
import { maskPhone } from '#proofing/journey.ts';
import { type CodeFault, type CodeWay, secondFactorCode } from '#views/sign-in/second-factor-code.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { isSharedIn } from './progress.ts';
import { pathOf } from './second-factor.ts';
import type { SecondFactorWay } from './standing.ts';
import type { Here, Way } from './way.ts';

export type CodePageNeeds = {
  way: Way;
  audit: AuditEvents;
  secondFactorAttempts: SecondFactorAttempts;
  deviceCookie: DeviceCookie;
  networkOf(ctx: Context): string;
};

type Kind = { path: Exclude<SecondFactorWay, 'passkey'>; words: CodeWay; method: AuthenticationMethod };
type Shown = { error?: CodeFault; isSent?: boolean; mayBeLate?: boolean };
type AtSecondFactor = Here<'second-factor'>;

/** What the three kinds of codes have in common: the page, the limits on guessing, and where a right one leads. */
export function createCodePage(needs: CodePageNeeds, { path, words, method }: Kind) {
  const { way, audit, secondFactorAttempts, deviceCookie, networkOf } = needs;

  /** The step is only there for whoever stands before it and has this way. */
  async function at(here: AtSecondFactor | undefined): Promise<AtSecondFactor | undefined> {
    if (here === undefined || here.standing.ways.includes(path)) return here;
    await way.goOn(here.ctx, here);
    return undefined;
  }

  function render(here: AtSecondFactor, { error, isSent = true, mayBeLate = false }: Shown = {}): void {
    const { ctx, standing, text, step } = here;
    const phone = standing.citizen.phone;
    const page = secondFactorCode(text, {
      ...step,
      way: words,
      action: pathOf(here, path),
      ...(path === 'sms' ? { sendAction: `${pathOf(here, path)}/send` } : {}),
      ...(phone === undefined ? {} : { maskedPhone: maskPhone(phone) }),
      isSent,
      mayBeLate,
      anotherWayHref: standing.ways.length > 1 ? `/sign-in/${here.interaction.uid}/second-factor` : undefined,
      mayRemember: mayRemember(here),
      error,
    });
    if (error !== undefined && 'retryAfterMs' in error)
      ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    way.send(here, page, { status: statusOf(error) });
  }

  return {
    async open(ctx: Context): Promise<AtSecondFactor | undefined> {
      return at(await way.openAt(ctx, 'second-factor'));
    },
    async post(ctx: Context): Promise<{ here: AtSecondFactor; form: Form } | undefined> {
      const posted = await way.postAt(ctx, 'second-factor');
      const here = await at(posted?.here);
      return posted === undefined || here === undefined ? undefined : { here, form: posted.form };
    },
    render,

    /** Counts the try before the code is looked at; a right one leads on. */
    async attempt(
      here: AtSecondFactor,
      form: Form,
      check: (code: string) => Promise<'right' | CodeFault>,
    ): Promise<void> {
      const code = form.text('code').trim();
      if (code === '') return render(here, { error: { kind: 'missing' } });
      const { ctx, standing } = here;
      const citizenId = standing.citizen.id;
      const begun = await secondFactorAttempts
        .begin({ citizenId, network: networkOf(ctx), device: deviceCookie.read(ctx) })
        .catch(unavailableIfUncounted);
      if (begun.outcome === 'slow-down') {
        return render(here, { error: { kind: 'slow-down', retryAfterMs: begun.retryAfterMs } });
      }
      const answer = await check(code);
      if (answer !== 'right') {
        if (answer.kind === 'expired') await begun.attempt.abandon();
        await audit.signInRefused({ citizenId, reason: `wrong-${path}-code`, network: networkOf(ctx) });
        return render(here, { error: answer });
      }
      const knownDevice = await begun.attempt.succeed();
      if (!isSharedIn(here)) deviceCookie.write(ctx, knownDevice);
      if (mayRemember(here) && form.text('remember') === 'yes') await way.remember(here, citizenId);
      await way.keepProof(here, { citizenId, method });
    },
  };
}

/** After a whole sign-in on a device of one's own. */
function mayRemember({ progress }: Here): boolean {
  return progress?.isShared === false && progress.proofs.some(({ method }) => method === 'password');
}

function unavailableIfUncounted(error: unknown): never {
  if (error instanceof LimitsUnavailable)
    throw new Refusal('unavailable', 503, { cause: error, retryAfterSeconds: 10 });
  throw error;
}

function statusOf(error: CodeFault | undefined): number {
  switch (error?.kind) {
    case undefined:
      return 200;
    case 'slow-down':
    case 'too-soon':
      return 429;
    case 'unavailable':
      return 503;
    default:
      return 422;
  }
}
