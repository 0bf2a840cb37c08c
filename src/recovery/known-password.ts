import type { Context } from 'koa';
import { type NationalCode, readNationalCode } from '#citizens/national-code.ts';
import type { PuzzleGate } from '#citizens/puzzle-gate.ts';
import { statusOf } from '#journeys/walk.ts';
import type { Form } from '#platform/http/form.ts';
import { sendPage } from '#protocol/page-frame.ts';
import { busyIfFull } from '#protocol/password-work.ts';
import { type KnownPasswordError, knownPassword } from '#views/recovery/known-password.ts';
import { type Here, PAGE_OF, type Refused, type Way } from './way.ts';

type Needs = {
  way: Way;
  puzzleGate: PuzzleGate;
  /** The mark of a device that signed in before, which strangers' failed attempts never lock out. */
  readKnownDevice(ctx: Context): string | undefined;
};

type Shown = { form?: Form; error?: KnownPasswordError; isCodeSent?: boolean };

const PAGE = PAGE_OF['known-password'];

/** The first half of a lost phone: what the citizen still knows. Guessing costs here what it costs at a sign-in. */
export function createKnownPasswordStep({ way, puzzleGate, readKnownDevice }: Needs) {
  const fromOf = ({ ctx }: Here, nationalCode: NationalCode) => ({
    nationalCode,
    network: way.fromOf(ctx).network,
    device: readKnownDevice(ctx),
  });
  const placeOf = ({ secret }: Here) => `recovery-puzzle:${secret}`;

  async function render(here: Here, { form, error, isCodeSent = false }: Shown = {}): Promise<void> {
    const { ctx, text, props } = here;
    const typed = form?.text('national_code');
    const nationalCode = readNationalCode(typed ?? '');
    const challenge = nationalCode && (await puzzleGate.challengeFor(fromOf(here, nationalCode)));
    const page = knownPassword(text, {
      ...props,
      action: PAGE,
      typed,
      error,
      puzzle: challenge === undefined ? undefined : { challenge, sendCodeAction: `${PAGE}/puzzle-code`, isCodeSent },
    });
    sendPage(ctx, page, { status: statusOf(error), hasScript: challenge !== undefined });
  }

  async function attempt(here: Here, form: Form): Promise<KnownPasswordError | undefined> {
    const [typed, password] = [form.text('national_code'), form.text('password')];
    const nationalCode = readNationalCode(typed);
    if (nationalCode === undefined || password === '') {
      const fault = typed.trim() === '' ? ('missing' as const) : ('malformed' as const);
      return {
        kind: 'fields',
        ...(nationalCode === undefined && { nationalCode: fault }),
        ...(password === '' && { password: 'missing' as const }),
      };
    }
    const [puzzle, code] = [form.text('puzzle'), form.text('puzzle_code')];
    const hasSolvedPuzzle = await puzzleGate.isSolved({ place: placeOf(here), nationalCode, puzzle, code });
    const device = readKnownDevice(here.ctx);
    const refused = await way.take(here, { step: 'known-password', nationalCode, password, device, hasSolvedPuzzle });
    return refused && errorOf(refused, code !== '');
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.open(ctx, ['known-password'], '/recover');
      if (here !== undefined) await render(here);
    },
    async submit(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['known-password'], '/recover');
      if (posted === undefined) return;
      const { here, form } = posted;
      const error = await attempt(here, form).catch(slowDownIfFull);
      if (error !== undefined) await render(here, { form, error, isCodeSent: error.kind === 'puzzle-code-wrong' });
    },
    /** In the place of the puzzle, for browsers without script. */
    async sendPuzzleCode(ctx: Context): Promise<void> {
      const posted = await way.post(ctx, ['known-password'], '/recover');
      if (posted === undefined) return;
      const { here, form } = posted;
      const nationalCode = readNationalCode(form.text('national_code'));
      const { language } = here.text;
      if (nationalCode !== undefined)
        await puzzleGate.sendCode({ ...fromOf(here, nationalCode), place: placeOf(here), language });
      await render(here, { form, isCodeSent: true });
    },
  };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused, hasTypedCode: boolean): KnownPasswordError {
  switch (reason) {
    case 'wrong-credentials':
    case 'malformed':
      return { kind: 'wrong' };
    case 'puzzle-needed':
      return { kind: hasTypedCode ? 'puzzle-code-wrong' : 'puzzle-needed' };
    case 'unavailable':
      return { kind: 'unavailable' };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    default:
      throw new Error(`the password was refused as ${reason}`);
  }
}

function slowDownIfFull(error: unknown): KnownPasswordError {
  return { kind: 'slow-down', retryAfterMs: busyIfFull(error).retryAfterMs };
}
