import type { Context } from 'koa';
import type { CredentialProofs } from '#citizens/credential-proofs.ts';
import { PoolFull } from '#citizens/password-pool.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#citizens/password-rules.ts';
import type { SetPassword } from '#citizens/set-password.ts';
import type { CitizenSessions } from '#sessions/citizen-sessions.ts';
import type { PasswordError } from '#views/new-password.ts';
import { newPassword } from '#views/sign-in/new-password.ts';
import { bindingOf } from './second-factor.ts';
import type { Here, Way } from './way.ts';

type Needs = {
  way: Way;
  credentialProofs: Pick<CredentialProofs, 'issue'>;
  setPassword: SetPassword;
  sessions: Pick<CitizenSessions, 'list' | 'end'>;
};

/** Whoever must choose a new password comes here after everything else was proven, and nowhere further without it. */
export function createNewPasswordStep({ way, credentialProofs, setPassword, sessions }: Needs) {
  function render(here: Here<'new-password'>, error?: PasswordError): void {
    const page = newPassword(here.text, {
      ...here.step,
      action: `/sign-in/${here.interaction.uid}/new-password`,
      length: { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD },
      error,
    });
    way.send(here, page, { status: statusOf(error), hasScript: true });
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await way.openAt(ctx, 'new-password');
      if (here !== undefined) render(here);
    },

    async submit(ctx: Context): Promise<void> {
      const posted = await way.postAt(ctx, 'new-password');
      if (posted === undefined) return;
      const { here, form } = posted;
      const password = form.text('password');
      if (password === '') return render(here, { kind: 'missing' });
      const citizenId = here.standing.citizen.id;
      const binding = bindingOf(here);
      try {
        // Standing here is the proof: the sign-in was proven in this browser, as strongly as is asked of this citizen.
        const proof = await credentialProofs.issue({ citizenId, purpose: 'set-password', binding });
        const set = await setPassword({ citizenId, password, proof, binding });
        if (set.outcome === 'refused') {
          if (set.reason === 'no-proof') throw new Error('a proof that was just issued is not accepted');
          return render(here, { kind: set.reason });
        }
      } catch (error) {
        if (error instanceof PoolFull) return render(here, { kind: 'busy', retryAfterMs: error.retryAfterMs });
        throw error;
      }
      await endOtherSessions(here);
      await way.keepProof(here, { citizenId, method: 'password' });
    },
  };

  /** Whoever knew the old password is out; this browser goes on. */
  async function endOtherSessions({ interaction, standing }: Here<'new-password'>): Promise<void> {
    const citizenId = standing.citizen.id;
    for (const { id, uid } of await sessions.list(citizenId)) {
      if (uid !== interaction.session?.uid) await sessions.end({ citizenId, sessionId: id });
    }
  }
}

function statusOf(error: PasswordError | undefined): number {
  if (error === undefined) return 200;
  return error.kind === 'busy' ? 503 : 422;
}
