import type { Context } from 'koa';
import type { AuditEvents } from '#audit/events.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { bindingOf } from './second-factor.ts';
import type { Way } from './way.ts';

type Needs = {
  way: Way;
  csrf: Csrf;
  audit: AuditEvents;
  passkeys: Pick<Passkeys, 'signIn'>;
  networkOf(ctx: Context): string;
};

/** A passkey is a whole sign-in, wherever it stands: instead of the password, after it, or to step up. */
export function createPasskeyStep({ way, csrf, audit, passkeys, networkOf }: Needs) {
  return {
    async submit(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await way.open(ctx);
      const { standing } = here;
      if (
        standing.at === 'end' ||
        standing.at === 'closing' ||
        standing.at === 'unmet' ||
        standing.at === 'new-password'
      )
        return way.goOn(ctx, here);
      // Half way through nobody else's counts. Before that the first page is shown to whoever is not who is signed in here.
      const expected = standing.at === 'second-factor' ? standing.citizen.id : undefined;
      const answer = await passkeys.signIn({
        binding: bindingOf(here),
        response: readJson(form.text('response')),
        citizenId: expected,
      });
      if (answer.outcome === 'refused') {
        await audit.signInRefused({ citizenId: expected, reason: `passkey-${answer.reason}`, network: networkOf(ctx) });
        ctx.status = 303;
        return ctx.redirect(`/sign-in/${here.interaction.uid}${FAILED_AT[standing.at]}passkey=failed`);
      }
      await way.keepProof(here, {
        citizenId: answer.citizenId,
        method: answer.isHardwareBound ? 'hardware-passkey' : 'passkey',
        ...(standing.at === 'second-factor' ? {} : { isShared: form.text('shared_computer') === 'yes' }),
      });
    },
  };
}

/** The page that offered it, with words for its failing. */
const FAILED_AT = {
  beginning: '?',
  'password-again': '?somebody=else&',
  'second-factor': '/second-factor?',
} as const;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
