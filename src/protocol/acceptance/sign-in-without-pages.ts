import { errors, type Provider } from 'oidc-provider';
import type { AuthenticationMethod } from '#citizens/authentication-levels.ts';
import type { Clock } from '#platform/clock.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { loginOf } from '../session-proofs.ts';
import { citizenForHint } from './synthetic-citizens.ts';

export const APPROVAL_PATH = '/approve';

/** Whatever level a relying party asks for is reached. */
const PROVEN_BY: readonly AuthenticationMethod[] = ['password', 'authenticator-code', 'hardware-passkey'];

/** Nobody is behind the browser who could be robbed of a sign-in, so none is bound to it. */
export const EVERY_BROWSER = { isMarkOf: () => true };

/** Where a page would ask the citizen, a synthetic one agrees at once: a redirect there and a redirect back. */
export function signInWithoutPages(provider: Provider, { clock }: { clock: Clock }): void {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith(`${APPROVAL_PATH}/`) || ctx.method !== 'GET') return next();
    try {
      const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
      const hint = typeof params.login_hint === 'string' ? params.login_hint : undefined;
      const proofs = PROVEN_BY.map((method) => ({ method, at: clock.now() }));
      const login = loginOf({ citizenId: citizenForHint(hint).id, proofs, isShared: false, browser: 'any' });
      const result = prompt.name === 'login' ? { login } : { [prompt.name]: {} };
      const returnTo = await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
      ctx.status = 303;
      ctx.redirect(returnTo);
    } catch (cause) {
      if (cause instanceof errors.SessionNotFound) throw new Refusal('interaction-expired', 400, { cause });
      throw cause;
    }
  });
}
