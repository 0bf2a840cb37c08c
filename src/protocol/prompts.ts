import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, epochSeconds } from '#platform/clock.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { claimsToDecide } from './claims.ts';
import { isPastAbsoluteEnd } from './lifetimes.ts';

type Needs = {
  clock: Clock;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** The acr values that a sign-in can reach today. */
  reachableLevels: readonly string[];
};

/**
 * What stands between a request and its answer, asked in this order: is somebody signed in, freshly and strongly
 * enough, and have they agreed? Nothing missing means single sign-on.
 */
export function createPrompts({ clock, findRelyingParty, reachableLevels }: Needs) {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const login = policy.get('login');
  const consent = policy.get('consent');
  if (login === undefined || consent === undefined)
    throw new Error('the library no longer has the prompts login and consent');

  login.checks.add(
    new Check('session_too_old', 'the session has reached its absolute limit', ({ oidc }) => {
      const { loginTs, transient } = oidc.session ?? {};
      const isOver = isPastAbsoluteEnd({ isShared: transient === true, loginTs, nowInSeconds: epochSeconds(clock) });
      return isOver && oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  login.checks.add(
    new Check('citizen_gone', 'the citizen can no longer sign in', ({ oidc }) =>
      oidc.session?.accountId !== undefined && oidc.account === undefined
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT,
    ),
  );
  login.checks.add(
    new Check('acr_out_of_reach', 'the requested level cannot be reached', ({ oidc }) => {
      const wanted = essentialLevels(oidc.claims);
      if (wanted.length > 0 && !wanted.some((level) => reachableLevels.includes(level))) {
        throw new errors.UnmetAuthenticationRequirements('none of the requested acr values can be reached');
      }
      return Check.NO_NEED_TO_PROMPT;
    }),
  );

  consent.checks.remove('op_claims_missing');
  consent.checks.add(
    new Check('claims_undecided', 'the citizen has not decided on every claim', async (ctx) => {
      const undecided = await undecidedClaims(ctx, findRelyingParty);
      return undecided.length > 0 ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return policy;
}

/** The claims that are asked for, may be given, and were neither granted nor refused yet. */
export async function undecidedClaims(
  { oidc }: KoaContextWithOIDC,
  findRelyingParty: Needs['findRelyingParty'],
): Promise<string[]> {
  const relyingParty = await findRelyingParty(oidc.client?.clientId ?? '');
  if (relyingParty === undefined) return [];
  const decided = new Set(oidc.entities.Grant?.getOIDCClaimsEncountered());
  return claimsToDecide(
    { scopes: oidc.requestParamOIDCScopes, claims: oidc.requestParamClaims },
    relyingParty.agreement,
  )
    .map(({ claim }) => claim)
    .filter((claim) => !decided.has(claim));
}

/** OpenID Connect Core 1.0 section 5.5.1.1: an essential acr must be met or the request fails. */
function essentialLevels(claims: KoaContextWithOIDC['oidc']['claims']): string[] {
  const acr = claims.id_token?.acr;
  if (acr === undefined || acr === null || acr.essential !== true) return [];
  return [...(acr.values ?? []), ...(acr.value === undefined ? [] : [acr.value])].map(String);
}
