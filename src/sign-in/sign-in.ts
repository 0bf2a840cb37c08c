import type { Context } from 'koa';
import type { Authenticate } from '#citizens/authenticate.ts';
import { type NationalCode, readNationalCode } from '#citizens/national-code.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { PuzzleGate } from '#citizens/puzzle-gate.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { type Form, readForm } from '#platform/http/form.ts';
import type { Interactions } from '#protocol/interactions.ts';
import { busyIfFull } from '#protocol/password-work.ts';
import { type SignInError, signIn } from '#views/sign-in/sign-in.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { isSharedIn } from './progress.ts';
import { bindingOf, pathOf } from './second-factor.ts';
import type { Here, Way } from './way.ts';

type SignInNeeds = {
  way: Way;
  interactions: Interactions;
  csrf: Csrf;
  authenticate: Authenticate;
  passkeys: Pick<Passkeys, 'signInOptions'>;
  puzzleGate: PuzzleGate;
  deviceCookie: DeviceCookie;
  /** The network that attempts are counted by. */
  networkOf(ctx: Context): string;
};

/** National code and password on one page, and a passkey before them where the browser has one. */
export function createSignInStep(needs: SignInNeeds) {
  const { way, interactions, csrf, authenticate, passkeys, puzzleGate, deviceCookie, networkOf } = needs;

  type Shown = { form?: Form; error?: SignInError; isCodeSent?: boolean };

  async function render(here: Here, { form, error, isCodeSent = false }: Shown = {}): Promise<void> {
    const { ctx, interaction, text, step } = here;
    const { frame, csrf: token, asker, cancelAction } = step;
    const action = `/sign-in/${interaction.uid}`;
    const page = signIn(text, {
      ...{ frame, csrf: token, asker, cancelAction, action, error },
      nationalCode: form?.text('national_code') ?? interaction.loginHint,
      isSharedComputer: form === undefined ? isSharedIn(here) : form.text('shared_computer') === 'yes',
      passkey: {
        action: pathOf(here, 'passkey'),
        options: JSON.stringify(await passkeys.signInOptions({ binding: bindingOf(here) })),
      },
      puzzle: await puzzleFor(here, form, isCodeSent),
      enrolHref: `${action}/enrol`,
      recoverHref: `/recover?sign_in=${interaction.uid}`,
    });
    if (error?.kind === 'busy' || error?.kind === 'slow-down')
      ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    way.send(here, page, { status: statusOf(error), hasScript: true });
  }

  const fromOf = (ctx: Context, nationalCode: NationalCode) => ({
    nationalCode,
    network: networkOf(ctx),
    device: deviceCookie.read(ctx),
  });

  /** For the next try, whoever the national code belongs to, and if to nobody. */
  async function puzzleFor({ ctx, interaction }: Here, form: Form | undefined, isCodeSent: boolean) {
    const nationalCode = readNationalCode(form?.text('national_code') ?? '');
    const challenge = nationalCode && (await puzzleGate.challengeFor(fromOf(ctx, nationalCode)));
    const sendCodeAction = `/sign-in/${interaction.uid}/puzzle-code`;
    return challenge === undefined ? undefined : { challenge, sendCodeAction, isCodeSent };
  }

  async function attempt(here: Here, form: Form): Promise<SignInError | undefined> {
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
    const { ctx } = here;
    const outcome = await authenticate({
      ...fromOf(ctx, nationalCode),
      password,
      hasSolvedPuzzle: await puzzleGate.isSolved({
        place: bindingOf(here),
        nationalCode,
        puzzle: form.text('puzzle'),
        code: form.text('puzzle_code'),
      }),
    });
    switch (outcome.outcome) {
      case 'puzzle-needed':
        return { kind: form.text('puzzle_code') === '' ? 'puzzle-needed' : 'puzzle-code-wrong' };
      case 'wrong-credentials':
        return { kind: 'wrong-credentials' };
      case 'slow-down':
        return { kind: 'slow-down', retryAfterMs: outcome.retryAfterMs };
      case 'not-allowed':
        return { kind: 'not-allowed', reason: outcome.reason };
      case 'accepted': {
        const isShared = form.text('shared_computer') === 'yes';
        if (!isShared) deviceCookie.write(ctx, outcome.knownDevice);
        const { citizen, factors } = outcome;
        await way.keepProof(here, { citizenId: citizen.id, method: 'password', isShared, known: { citizen, factors } });
        return undefined;
      }
    }
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx);
      // Whoever is signed in may still say that it is not them.
      if (here.standing.at !== 'beginning' && ctx.query.somebody !== 'else') return way.goOn(ctx, here);
      await render(here, ctx.query.passkey === 'failed' ? { error: { kind: 'passkey-failed' } } : {});
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await way.open(ctx);
      const error = await attempt(here, form).catch(busyIfFull);
      if (error !== undefined) await render(here, { form, error, isCodeSent: error.kind === 'puzzle-code-wrong' });
    },
    /** In the place of the puzzle, for browsers without script. */
    async sendPuzzleCode(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await way.open(ctx);
      const nationalCode = readNationalCode(form.text('national_code'));
      if (nationalCode !== undefined)
        await puzzleGate.sendCode({
          ...fromOf(ctx, nationalCode),
          place: bindingOf(here),
          language: here.text.language,
        });
      await render(here, { form, isCodeSent: true });
    },
    async cancel(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      await interactions.refuse(ctx);
    },
  };
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
    case 'passkey-failed':
    case 'puzzle-needed':
    case 'puzzle-code-wrong':
    case 'not-allowed':
      return 422;
  }
}
