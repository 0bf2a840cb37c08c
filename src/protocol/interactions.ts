import type { Context } from 'koa';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Acr } from '#citizens/authentication-levels.ts';
import { newestProofs, type Proof, strongestOf } from '#citizens/proofs.ts';
import type { Clock } from '#platform/clock.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { formTargetOf } from '#platform/http/security-headers.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { BoundBrowser } from './bound-browser.ts';
import { demandsOf } from './demands.ts';
import { IDENTITY_TOO_LOW } from './prompts.ts';
import { proofsThatCount } from './proven-for-request.ts';
import { requestedClaimNames } from './requested-claims.ts';
import { loginOf, proofsOfLogin } from './session-proofs.ts';

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
  /** What to reach: the weakest of the alternatives, and never less than the agreement demands. */
  leastAcr: Acr;
  /** Below this the request fails; the difference to `leastAcr` is only a wish. */
  mustReachAcr: Acr;
  /** Who is signed in at this browser, and what of it counts for this request. */
  session?: { citizenId: string; uid: string; acr: Acr | undefined; methods: Proof[]; isShared: boolean };
  /** The citizen has an identity below what the agreement demands, which no sign-in can raise. */
  isIdentityTooLow: boolean;
  /** What the answer before this one proved: an interaction may follow another of the same request. */
  earlier?: { citizenId: string; methods: Proof[] };
  /** What the steps so far have left in this browser; empty at the beginning. */
  progress: Progress;
};

/** Kept by us and never shown to the browser: what is not in it has not happened. */
export type Progress = Readonly<Record<string, string>>;

/** Whoever finishes, and everything that they proved on the way; the level follows from it. */
type FinishedSignIn = { citizenId: string; methods: readonly Proof[]; isShared: boolean };

export type Interactions = {
  /** @throws Refusal interaction-expired when it is over, another browser's, or another citizen's. */
  load(ctx: Context): Promise<Interaction>;
  /** Who asked, for pages outside the sign-in's path, where the browser does not show its cookie: to be named, not to be signed in to. */
  findRequest(uid: string): Promise<{ clientId: string } | undefined>;
  /** Replaces the whole of it. */
  saveProgress(ctx: Context, progress: Progress): Promise<void>;
  /** The last step of a sign-in: only here does anybody become signed in. */
  finishSignIn(ctx: Context, interaction: Pick<Interaction, 'earlier'>, who: FinishedSignIn): Promise<void>;
  finishConsent(ctx: Context, grantId: string): Promise<void>;
  /** Back to the relying party with access_denied (OpenID Connect Core 1.0 section 3.1.2.6). */
  refuse(ctx: Context): Promise<void>;
  /** Back to the relying party: the citizen has nothing that reaches the level (Unmet Authentication Requirements 1.0). */
  refuseUnmet(ctx: Context): Promise<void>;
};

type Needs = {
  provider(): Provider;
  clock: Clock;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  browsers: BoundBrowser;
};

/** Our own member of the interaction's result. The library leaves alone what it has no prompt for. */
const PROGRESS = 'progress';
const progressShape = z.object({ browser: z.string(), steps: z.record(z.string(), z.string()) });

export function createInteractions({ provider, clock, findRelyingParty, browsers }: Needs): Interactions {
  async function finish(ctx: Context, result: InteractionResults): Promise<void> {
    const returnTo = await expiredIfGone(() =>
      provider().interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }),
    );
    ctx.status = 303;
    ctx.redirect(returnTo);
  }

  return {
    async load(ctx) {
      const { uid, prompt, params, session, grantId, result, lastSubmission } = await expiredIfGone(() =>
        provider().interactionDetails(ctx.req, ctx.res),
      );
      const text = (name: string) => (typeof params[name] === 'string' ? params[name] : undefined);
      const target = formTargetOf(text('redirect_uri') ?? '');
      const missing = prompt.details.missingResourceScopes;
      const clientId = text('client_id') ?? '';
      const demands = demandsOf(
        { acrValues: text('acr_values'), claims: text('claims') },
        await findRelyingParty(clientId),
      );
      // Who is signed in and is not who was asked for counts for nothing, or the way would lead round in a circle.
      const isSomebodyElse = prompt.reasons.some((reason) => ASKS_FOR_SOMEBODY.includes(reason));
      const signedIn = isSomebodyElse ? undefined : await findSignedIn(session, { params, result: lastSubmission });
      return {
        uid,
        prompt: prompt.name === 'consent' ? 'consent' : 'login',
        clientId,
        redirectUri: text('redirect_uri'),
        uiLocales: text('ui_locales'),
        loginHint: text('login_hint'),
        citizenId: session?.accountId,
        grantId,
        scopes: (text('scope') ?? '').split(' ').filter((scope) => scope !== ''),
        claims: requestedClaimNames(text('claims')),
        missingResourceScopes: isScopesByResource(missing) ? missing : {},
        formTargets: target === undefined ? [] : [target],
        leastAcr: demands.least,
        mustReachAcr: demands.mustReach,
        ...(signedIn === undefined ? {} : { session: signedIn }),
        isIdentityTooLow: prompt.reasons.includes(IDENTITY_TOO_LOW),
        ...earlierIn(lastSubmission?.login),
        progress: readProgress(ctx, result?.[PROGRESS]),
      };
    },
    async findRequest(uid) {
      const clientId = (await provider().Interaction.find(uid))?.params.client_id;
      return typeof clientId === 'string' ? { clientId } : undefined;
    },
    async saveProgress(ctx, progress) {
      const kept = { browser: browsers.mark(ctx), steps: progress };
      await expiredIfGone(() => provider().interactionResult(ctx.req, ctx.res, { [PROGRESS]: kept }));
    },
    async finishSignIn(ctx, { earlier }, { citizenId, methods, isShared }) {
      const proofs = newestProofs(earlier?.citizenId === citizenId ? earlier.methods : [], methods);
      await finish(ctx, { login: loginOf({ citizenId, proofs, isShared, browser: browsers.mark(ctx) }) });
    },
    finishConsent: (ctx, grantId) => finish(ctx, { consent: { grantId } }),
    refuse: (ctx) => finish(ctx, { error: 'access_denied', error_description: 'the citizen refused' }),
    refuseUnmet: (ctx) =>
      finish(ctx, {
        error: 'unmet_authentication_requirements',
        error_description: 'the citizen cannot reach the level that is asked for',
      }),
  };

  /** Another browser's steps are as if they had not happened. */
  function readProgress(ctx: Context, kept: unknown): Progress {
    if (kept === undefined) return {};
    const { browser, steps } = progressShape.parse(kept);
    return browsers.isMarkOf(ctx, browser) ? steps : {};
  }

  /** The library keeps only the level in the interaction, so the session itself is asked what it was proven by. */
  async function findSignedIn(
    kept: { accountId: string; uid: string } | undefined,
    { params, result }: Pick<Parameters<typeof proofsThatCount>[0], 'params' | 'result'>,
  ): Promise<Interaction['session']> {
    if (kept === undefined) return undefined;
    const session = await provider().Session.findByUid(kept.uid);
    if (session === undefined || session.accountId !== kept.accountId) return undefined;
    const prompts = new Set(typeof params?.prompt === 'string' ? params.prompt.split(' ') : []);
    const methods = proofsThatCount({ session, result, params, prompts }, clock.now());
    const isShared = session.transient === true;
    return { citizenId: kept.accountId, uid: kept.uid, acr: strongestOf(methods)?.acr, methods, isShared };
  }
}

function earlierIn(login: InteractionResults['login']): Pick<Interaction, 'earlier'> {
  return login === undefined ? {} : { earlier: { citizenId: login.accountId, methods: proofsOfLogin(login) } };
}

/** The library's checks that name a subject (OpenID Connect Core 1.0 sections 3.1.2.1 and 5.5.1). */
const ASKS_FOR_SOMEBODY: readonly string[] = ['id_token_hint', 'claims_id_token_sub_value'];

async function expiredIfGone<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof errors.SessionNotFound) throw new Refusal('interaction-expired', 400, { cause });
    throw cause;
  }
}

function isScopesByResource(value: unknown): value is Record<string, string[]> {
  return typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray);
}
