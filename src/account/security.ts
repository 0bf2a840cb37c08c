import type { Context } from 'koa';
import type { Authenticators } from '#citizens/authenticators.ts';
import type { FactorsOf } from '#citizens/factors.ts';
import type { Passkeys } from '#citizens/passkeys.ts';
import type { RememberedDevices } from '#citizens/remembered-devices.ts';
import { browserOf } from '#platform/http/browser-name.ts';
import type { Csrf } from '#platform/http/csrf.ts';
import { readForm } from '#platform/http/form.ts';
import { type PageFrames, sendPage } from '#protocol/page-frame.ts';
import { isSecurityNews, type SecurityNews, security as securityPage } from '#views/account/security.ts';
import type { CitizenHere } from './citizen-here.ts';
import type { StronglyHere } from './strongly-here.ts';

export type SecurityNeeds = {
  citizenHere: CitizenHere;
  stronglyHere: StronglyHere;
  frames: PageFrames;
  csrf: Csrf;
  factorsOf: FactorsOf;
  authenticators: Pick<Authenticators, 'list' | 'remove'>;
  passkeys: Pick<Passkeys, 'list' | 'remove'>;
  rememberedDevices: Pick<RememberedDevices, 'list' | 'forget'>;
};

export const SECURITY_PATH = '/account/security';

/** Everything one can sign in with, and how to take some of it away. */
export function createSecurityStep(needs: SecurityNeeds) {
  const { citizenHere, stronglyHere, frames, csrf, factorsOf, authenticators, passkeys, rememberedDevices } = needs;

  async function listFor(citizenId: string) {
    const [factors, listedPasskeys, listedAuthenticators, devices] = await Promise.all([
      factorsOf(citizenId),
      passkeys.list(citizenId),
      authenticators.list(citizenId),
      rememberedDevices.list(citizenId),
    ]);
    return {
      hasPassword: factors.hasPassword,
      recoveryCodesLeft: factors.recoveryCodesLeft,
      passkeys: listedPasskeys,
      authenticators: listedAuthenticators,
      devices: devices.map(({ userAgent, ...device }) => ({ ...device, ...browserOf(userAgent) })),
    };
  }

  return {
    async show(ctx: Context): Promise<void> {
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      const { text, frame } = frames.of(ctx);
      const page = securityPage(text, {
        frame,
        csrf: csrf.tokenFor(ctx),
        news: isSecurityNews(ctx.query.news) ? ctx.query.news : undefined,
        ...(await listFor(here.citizen.id)),
      });
      sendPage(ctx, page);
    },

    /** Forgetting a browser only ever makes signing in harder, so it needs no more than being signed in. */
    async forget(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await citizenHere(ctx);
      if (here === undefined) return;
      await rememberedDevices.forget({ citizenId: here.citizen.id, id: form.text('device') });
      toSecurity(ctx, 'forgotten');
    },

    async remove(ctx: Context): Promise<void> {
      const form = await readForm(ctx);
      csrf.check(ctx, form.text('csrf'));
      const here = await stronglyHere.find(ctx, SECURITY_PATH);
      if (here === undefined) return;
      const [passkey, authenticator] = [form.text('passkey'), form.text('authenticator')];
      const { hasPassword, passkeys: left } = await factorsOf(here.citizen.id);
      // The last way in stays: an account that nobody can open would have to be recovered.
      if (passkey !== '' && !hasPassword && left <= 1) return toSecurity(ctx, 'last-way-in');
      const proof = await here.prove('remove-factor');
      const isRemoved =
        passkey === ''
          ? await authenticators.remove({ ...proof, id: authenticator })
          : await passkeys.remove({ ...proof, id: passkey });
      toSecurity(ctx, isRemoved ? 'removed' : undefined);
    },
  };
}

export function toSecurity(ctx: Context, news: SecurityNews | undefined): void {
  ctx.status = 303;
  ctx.redirect(news === undefined ? SECURITY_PATH : `${SECURITY_PATH}?news=${news}`);
}
