import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { Authenticate } from '#citizens/authenticate.ts';
import { PASSWORD } from '#citizens/authentication-levels.ts';
import { readNationalCode } from '#citizens/national-code.ts';
import { PasswordWorkFailed, PoolFull } from '#citizens/password-pool.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { LimitsUnavailable } from '#platform/rate-limits.ts';
import type { Interaction, Interactions } from '#protocol/interactions.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { type SignInError, signIn } from '#views/sign-in/sign-in.ts';
import { askerOf } from './asker.ts';
import type { DeviceCookie } from './device-cookie.ts';

export type SignInNeeds = {
  interactions: Interactions;
  frames: PageFrames;
  csrf: Csrf;
  audit: AuditEvents;
  authenticate: Authenticate;
  deviceCookie: DeviceCookie;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** The network that attempts are counted by. */
  networkOf(ctx: Context): string;
};

/** National code and password on one page. */
export function createSignInStep(needs: SignInNeeds) {
  const { interactions, frames, csrf, audit, authenticate, deviceCookie, findRelyingParty, networkOf } = needs;

  async function render(
    ctx: Context,
    interaction: Interaction,
    { form, error }: { form?: Form; error?: SignInError } = {},
  ): Promise<void> {
    const relyingParty = await findRelyingParty(interaction.clientId);
    const { text, frame } = frames.of(ctx, interaction.uiLocales);
    const page = signIn(text, {
      frame,
      action: `/sign-in/${interaction.uid}`,
      cancelAction: `/sign-in/${interaction.uid}/cancel`,
      csrf: csrf.tokenFor(ctx),
      asker: askerOf(relyingParty, interaction.redirectUri),
      nationalCode: form?.text('national_code') ?? interaction.loginHint,
      isSharedComputer: form?.text('shared_computer') === 'yes',
      error,
    });
    if (error?.kind === 'busy' || error?.kind === 'slow-down')
      ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    sendPage(ctx, page, { status: statusOf(error), formTargets: interaction.formTargets });
  }

  async function attempt(ctx: Context, interaction: Interaction, form: Form): Promise<SignInError | undefined> {
    const nationalCode = readNationalCode(form.text('national_code'));
    const password = form.text('password');
    if (nationalCode === undefined || password === '') {
      return {
        kind: 'fields',
        ...(nationalCode === undefined
          ? { nationalCode: form.text('national_code').trim() === '' ? 'missing' : 'malformed' }
          : {}),
        ...(password === '' ? { password: 'missing' } : {}),
      };
    }
    const network = networkOf(ctx);
    const outcome = await authenticate({ nationalCode, password, network, device: deviceCookie.read(ctx) });
    switch (outcome.outcome) {
      case 'wrong-credentials':
        return { kind: 'wrong-credentials' };
      case 'slow-down':
        return { kind: 'slow-down', retryAfterMs: outcome.retryAfterMs };
      case 'not-allowed':
        return { kind: 'not-allowed', reason: outcome.reason };
      case 'accepted': {
        const isShared = form.text('shared_computer') === 'yes';
        const { citizen, knownDevice } = outcome;
        await audit.citizenSignedIn({
          citizenId: citizen.id,
          clientId: interaction.clientId,
          acr: PASSWORD.acr,
          sharedComputer: isShared,
          network,
        });
        if (!isShared) deviceCookie.write(ctx, knownDevice);
        await interactions.finishSignIn(ctx, {
          citizenId: citizen.id,
          acr: PASSWORD.acr,
          amr: [...PASSWORD.amr],
          isShared,
        });
        return undefined;
      }
    }
  }

  return {
    async show(ctx: Context): Promise<void> {
      await render(ctx, await interactions.load(ctx));
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const interaction = await interactions.load(ctx);
      const error = await attempt(ctx, interaction, form).catch(busyIfFull);
      if (error !== undefined) await render(ctx, interaction, { form, error });
    },
    async cancel(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      await interactions.refuse(ctx);
    },
  };
}

function busyIfFull(error: unknown): SignInError {
  if (error instanceof PoolFull) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  if (error instanceof LimitsUnavailable || error instanceof PasswordWorkFailed) {
    throw new Refusal('unavailable', 503, { cause: error, retryAfterSeconds: 10 });
  }
  throw error;
}

function statusOf(error: SignInError | undefined): number {
  switch (error?.kind) {
    case undefined:
      return 200;
    case 'busy':
      return 503;
    case 'slow-down':
      return 429;
    case 'fields':
    case 'wrong-credentials':
    case 'not-allowed':
      return 422;
  }
}
