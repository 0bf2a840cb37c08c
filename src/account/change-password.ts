import type { Context } from 'koa';
import { PoolFull } from '#citizens/password-pool.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#citizens/password-rules.ts';
import type { SetPassword } from '#citizens/set-password.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import { changePassword } from '#views/account/change-password.ts';
import type { PasswordError } from '#views/new-password.ts';
import { SECURITY_PATH, toSecurity } from './security.ts';
import type { StrongHere, StronglyHere } from './strongly-here.ts';

export type ChangePasswordNeeds = {
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  setPassword: SetPassword;
  sessions: Pick<CitizenSessions, 'list' | 'end'>;
};

const PAGE = `${SECURITY_PATH}/password`;

/** A new password; whoever is signed in elsewhere with the old one is out. */
export function createChangePasswordStep({ stronglyHere, frames, csrf, setPassword, sessions }: ChangePasswordNeeds) {
  function render(ctx: Context, error?: PasswordError): void {
    const { text, frame } = frames.of(ctx);
    const length = { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD };
    const page = changePassword(text, { frame, action: PAGE, csrf: csrf.tokenFor(ctx), length, error });
    sendPage(ctx, page, { status: error === undefined ? 200 : statusOf(error), hasScript: true });
  }

  async function change(here: StrongHere, password: string): Promise<PasswordError | undefined> {
    if (password === '') return { kind: 'missing' };
    try {
      const set = await setPassword({ ...(await here.prove('set-password')), password });
      if (set.outcome === 'set') return undefined;
      if (set.reason === 'no-proof') throw new Error('a proof that was just issued is not accepted');
      return { kind: set.reason };
    } catch (error) {
      if (error instanceof PoolFull) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
      throw error;
    }
  }

  return {
    async show(ctx: Context): Promise<void> {
      if ((await stronglyHere.find(ctx, PAGE)) !== undefined) render(ctx);
    },
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, PAGE);
      if (here === undefined) return;
      const error = await change(here, form.text('password'));
      if (error !== undefined) return render(ctx, error);
      const citizenId = here.citizen.id;
      for (const { id, uid } of await sessions.list(citizenId)) {
        if (uid !== here.sessionUid) await sessions.end({ citizenId, sessionId: id });
      }
      toSecurity(ctx, 'password-changed');
    },
  };
}

function statusOf({ kind }: PasswordError): number {
  return kind === 'busy' ? 503 : 422;
}
