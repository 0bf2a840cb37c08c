import type { Context } from 'koa';
import type { Authenticate } from '#citizens/authenticate.ts';
import { busyIfFull } from '#protocol/password-work.ts';
import { type PasswordAgainError, passwordAgain } from '#views/sign-in/password-again.ts';
import type { DeviceCookie } from './device-cookie.ts';
import type { Here, Way } from './way.ts';

type Needs = {
  way: Way;
  authenticate: Authenticate;
  deviceCookie: DeviceCookie;
  networkOf(ctx: Context): string;
};

type There = Here<'password-again'>;

/** Only the password is too old or missing; whose it is, we know. */
export function createPasswordAgainStep({ way, authenticate, deviceCookie, networkOf }: Needs) {
  function render(here: There, error?: PasswordAgainError): void {
    const { citizen } = here.standing;
    const fa = `${citizen.givenName} ${citizen.familyName}`;
    const latin = [citizen.givenNameLatin, citizen.familyNameLatin].filter((name) => name !== undefined).join(' ');
    const page = passwordAgain(here.text, {
      ...here.step,
      action: `/sign-in/${here.interaction.uid}/password`,
      name: { fa, en: latin === '' ? fa : latin },
      somebodyElseHref: `/sign-in/${here.interaction.uid}?somebody=else`,
      error,
    });
    if (error !== undefined && 'retryAfterMs' in error)
      here.ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    way.send(here, page, { status: STATUS[error?.kind ?? 'none'] });
  }

  async function attempt(here: There, password: string): Promise<PasswordAgainError | undefined> {
    if (password === '') return { kind: 'missing' };
    const { ctx, standing } = here;
    const outcome = await authenticate({
      nationalCode: standing.citizen.nationalCode,
      password,
      network: networkOf(ctx),
      device: deviceCookie.read(ctx),
      hasSolvedPuzzle: 'not-asked',
    });
    switch (outcome.outcome) {
      case 'accepted': {
        const { citizen, factors } = outcome;
        await way.keepProof(here, { citizenId: citizen.id, method: 'password', known: { citizen, factors } });
        return undefined;
      }
      case 'slow-down':
        return { kind: 'slow-down', retryAfterMs: outcome.retryAfterMs };
      // Locked while the page was open; no puzzle is asked for here.
      case 'not-allowed':
      case 'puzzle-needed':
      case 'wrong-credentials':
        return { kind: 'wrong' };
    }
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.openAt(ctx, 'password-again');
      if (here !== undefined) render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.postAt(ctx, 'password-again');
      if (posted === undefined) return;
      const error = await attempt(posted.here, posted.form.text('password')).catch(busyIfFull);
      if (error !== undefined) render(posted.here, error);
    },
  };
}

const STATUS: Readonly<Record<PasswordAgainError['kind'] | 'none', number>> = {
  none: 200,
  missing: 422,
  wrong: 422,
  'slow-down': 429,
  busy: 503,
};
