import type { Context } from 'koa';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { Refusal } from '#platform/http/refusal.ts';
import { formTargetOf } from '#platform/http/security-headers.ts';

/** A sign-in that waits for the citizen, as the page rooms see it. */
export type Interaction = {
  uid: string;
  prompt: 'login' | 'consent';
  clientId: string;
  redirectUri: string | undefined;
  uiLocales: string | undefined;
  loginHint: string | undefined;
  /** The citizen already signed in, where there is one. */
  citizenId: string | undefined;
  grantId: string | undefined;
  scopes: string[];
  /** Names of the claims asked for one by one (OpenID Connect Core 1.0 section 5.5). */
  claims: string[];
  missingResourceScopes: Record<string, string[]>;
  /** Where the forms of this step lead in the end. */
  formTargets: string[];
};

export type Interactions = {
  /** @throws Refusal interaction-expired when it is over, another browser's, or another citizen's. */
  load(ctx: Context): Promise<Interaction>;
  /** The last step of a sign-in: only here does anybody become signed in. */
  finishSignIn(ctx: Context, who: { citizenId: string; acr: string; amr: string[]; isShared: boolean }): Promise<void>;
  finishConsent(ctx: Context, grantId: string): Promise<void>;
  /** Back to the relying party with access_denied (OpenID Connect Core 1.0 section 3.1.2.6). */
  refuse(ctx: Context): Promise<void>;
};

export function createInteractions({ provider }: { provider(): Provider }): Interactions {
  async function finish(ctx: Context, result: InteractionResults): Promise<void> {
    const returnTo = await expiredIfGone(() =>
      provider().interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }),
    );
    ctx.status = 303;
    ctx.redirect(returnTo);
  }

  return {
    async load(ctx) {
      const { uid, prompt, params, session, grantId } = await expiredIfGone(() =>
        provider().interactionDetails(ctx.req, ctx.res),
      );
      const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
      const target = formTargetOf(text('redirect_uri') ?? '');
      const missing = prompt.details.missingResourceScopes;
      return {
        uid,
        prompt: prompt.name === 'consent' ? 'consent' : 'login',
        clientId: text('client_id') ?? '',
        redirectUri: text('redirect_uri'),
        uiLocales: text('ui_locales'),
        loginHint: text('login_hint'),
        citizenId: session?.accountId,
        grantId,
        scopes: (text('scope') ?? '').split(' ').filter((scope) => scope !== ''),
        claims: claimNames(text('claims')),
        missingResourceScopes: isScopesByResource(missing) ? missing : {},
        formTargets: target === undefined ? [] : [target],
      };
    },
    finishSignIn: (ctx, { citizenId, acr, amr, isShared }) =>
      finish(ctx, { login: { accountId: citizenId, acr, amr, remember: !isShared } }),
    finishConsent: (ctx, grantId) => finish(ctx, { consent: { grantId } }),
    refuse: (ctx) => finish(ctx, { error: 'access_denied', error_description: 'the citizen refused' }),
  };
}

async function expiredIfGone<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) throw new Refusal('interaction-expired', 400, { cause });
    throw cause;
  }
}

function claimNames(parameter: string | undefined): string[] {
  if (parameter === undefined) return [];
  const { userinfo = {}, id_token = {} } = JSON.parse(parameter) as { userinfo?: object; id_token?: object };
  return [...new Set([...Object.keys(userinfo), ...Object.keys(id_token)])];
}

function isScopesByResource(value: unknown): value is Record<string, string[]> {
  return typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray);
}
