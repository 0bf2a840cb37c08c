import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { reaches } from '#citizens/authentication-levels.ts';
import { type Citizen, isIdentityAtLeast } from '#citizens/citizen.ts';
import { doProofsReach } from '#citizens/proofs.ts';
import type { Clock } from '#platform/clock.ts';
import type { AgreedClaim, RelyingParty } from '#relying-parties/relying-party.ts';
import { askForAgreedScopes } from './agreed-requests.ts';
import { claimsToDecide } from './claims.ts';
import type { FindTellable } from './claims-to-tell.ts';
import { demandsOfRequest, levelToSay, proofsThatCount, sayLevel } from './proven-for-request.ts';
import { requestedClaimNames } from './requested-claims.ts';

type Needs = {
  clock: Clock;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  findCitizen(id: string): Promise<Citizen | undefined>;
  findTellable: FindTellable;
  /** The acr values that a sign-in can reach today. */
  reachableLevels: readonly string[];
};

/** Why the prompt for a sign-in was made, where no sign-in can help. */
export const IDENTITY_TOO_LOW = 'identity_too_low';

/**
 * What stands between a request and its answer, asked in this order: is somebody signed in, freshly and strongly
 * enough, and have they agreed? Nothing missing means single sign-on.
 */
export function createPrompts({ clock, findRelyingParty, findCitizen, findTellable, reachableLevels }: Needs) {
  const { Check, base } = interactionPolicy;
  const policy = base();
  const login = policy.get('login');
  const consent = policy.get('consent');
  if (login === undefined || consent === undefined)
    throw new Error('the library no longer has the prompts login and consent');

  // The first of all checks, and none that ever prompts: what follows judges the request as it may be answered.
  login.checks.add(
    new Check('agreement_ended', 'the agreement is not in force', async ({ oidc }) => {
      askForAgreedScopes(oidc, await findRelyingParty(oidc.client?.clientId ?? ''));
      return Check.NO_NEED_TO_PROMPT;
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
    new Check('must_change_password', 'the citizen has to choose a new password', 'login_required', ({ oidc }) =>
      // The new one was chosen on the way of this request, which the cache of citizens may not know yet.
      oidc.account?.mustChangePassword === true && oidc.result?.login === undefined
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT,
    ),
  );
  login.checks.add(
    new Check(IDENTITY_TOO_LOW, 'the identity is not verified as well as agreed', 'access_denied', async ({ oidc }) => {
      const least = (await findRelyingParty(oidc.client?.clientId ?? ''))?.agreement.leastIdentity;
      const citizenId = oidc.session?.accountId;
      if (citizenId === undefined || least === undefined) return Check.NO_NEED_TO_PROMPT;
      const citizen = await findCitizen(citizenId);
      return citizen !== undefined && isIdentityAtLeast(citizen.identityLevel, least)
        ? Check.NO_NEED_TO_PROMPT
        : Check.REQUEST_PROMPT;
    }),
  );
  // The library compares one time and one level; each proof has its own.
  for (const check of ['max_age', 'essential_acr', 'essential_acrs']) login.checks.remove(check);
  login.checks.add(
    new Check('proofs_missing', 'the citizen has to prove more than they have', 'login_required', async ({ oidc }) => {
      const demands = demandsOfRequest(oidc, await findRelyingParty(oidc.client?.clientId ?? ''));
      if (demands.isUnheardOf || !isReachable(demands.mustReach)) {
        throw new errors.UnmetAuthenticationRequirements('none of the requested acr values can be reached');
      }
      if (oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT;
      const proofs = proofsThatCount(oidc, clock.now());
      const said = levelToSay(proofs, demands);
      // A wish that was not reached is not asked for again on the way of the same request.
      const enough = oidc.result?.login === undefined ? demands.least : demands.mustReach;
      if (said === undefined || !doProofsReach(proofs, enough)) return Check.REQUEST_PROMPT;
      sayLevel(oidc, said);
      return Check.NO_NEED_TO_PROMPT;
    }),
  );

  function isReachable(wanted: string): boolean {
    return reachableLevels.some((reached) => reaches({ reached, wanted }));
  }

  consent.checks.remove('op_claims_missing');
  consent.checks.add(
    new Check('claims_undecided', 'the citizen has not decided on every claim', async (ctx) => {
      const undecided = await undecidedClaims(ctx, { findRelyingParty, findTellable });
      return undecided.length > 0 ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return policy;
}

/** The claims that are asked for, may be given, and were neither granted nor refused yet. */
async function undecidedClaims(
  { oidc }: KoaContextWithOIDC,
  { findRelyingParty, findTellable }: Pick<Needs, 'findRelyingParty' | 'findTellable'>,
): Promise<string[]> {
  const relyingParty = await findRelyingParty(oidc.client?.clientId ?? '');
  const citizenId = oidc.session?.accountId;
  if (relyingParty === undefined) return [];
  const parameter = typeof oidc.params?.claims === 'string' ? oidc.params.claims : undefined;
  const grant = oidc.entities.Grant;
  const allowed = new Set(grant?.getOIDCClaims());
  const refused = new Set(grant?.getRejectedOIDCClaims());
  // One that was refused while it was optional is a new question once it is required.
  const isDecided = ({ claim, required }: AgreedClaim) => allowed.has(claim) || (!required && refused.has(claim));
  return claimsToDecide(
    { scopes: oidc.requestParamOIDCScopes, claims: requestedClaimNames(parameter) },
    relyingParty.agreement,
    citizenId === undefined ? undefined : await findTellable({ citizenId, relyingParty }),
  )
    .filter((claim) => !isDecided(claim))
    .map(({ claim }) => claim);
}
