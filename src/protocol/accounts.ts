import type { FindAccount } from 'oidc-provider';
import { reaches } from '#citizens/authentication-levels.ts';
import { type Citizen, isIdentityAtLeast, mayUseAccount } from '#citizens/citizen.ts';
import type { Clock } from '#platform/clock.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Attachment } from '#sources/attachments.ts';
import { agreedScopesOf } from './agreed-grants.ts';
import {
  aggregatedClaims,
  asksAboutOneDegree,
  isAttachedClaim,
  minimalClaims,
  verificationsBySources,
} from './attached-claims.ts';
import { claimsFor, claimsOf } from './claims.ts';
import { isMembers, verifiedClaimsRequest } from './requested-claims.ts';
import { type KnownEvidence, verificationsOf } from './verification.ts';
import { answerVerifiedClaims } from './verified-claims.ts';

type Needs = {
  findCitizen(id: string): Promise<Citizen | undefined>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
  /** How the citizen was verified; only asked for where a relying party may know and wants to. */
  listEvidence(citizenId: string): Promise<readonly KnownEvidence[]>;
  /** What sources said of the citizen and is fresh, for this organisation; asked for again where it is not. */
  findAttached(about: { citizenId: string; organisationId: string }): Promise<readonly Attachment[]>;
  clock: Clock;
};

/**
 * The citizen behind a session or token, as the library wants them. A citizen who may not use the account is nobody:
 * every grant, refresh and userinfo of theirs fails the same way.
 */
export function createFindAccount(needs: Needs): FindAccount {
  const { findCitizen, findRelyingParty, listEvidence, findAttached, clock } = needs;
  return async (ctx, citizenId, token) => {
    const citizen = await findCitizen(citizenId);
    if (citizen === undefined || !mayUseAccount(citizen)) return undefined;
    if (token !== undefined && !isEnough({ citizen, token }, await findRelyingParty(ctx.oidc.client?.clientId ?? '')))
      return undefined;
    return {
      accountId: citizen.id,
      mustChangePassword: citizen.state === 'must-change-password',
      async claims(use, scope, wishes = {}) {
        const relyingParty = await findRelyingParty(ctx.oidc.client?.clientId ?? '');
        if (relyingParty === undefined) return { sub: citizen.id };
        const now = clock.now();
        const { agreement, organisationId } = relyingParty;
        const request = requestKeptIn(token);
        const verified = verifiedClaimsRequest(request, use === 'userinfo' ? 'userinfo' : 'id_token');
        const wantsEvidence = agreement.mayAskForEvidence === true && verified.elements.length > 0;
        const isOneDegree = asksAboutOneDegree(request);
        const agreed = new Set(agreement.claims.map(({ claim }) => claim));
        const mayTell = (claim: string) =>
          agreed.has(claim) && isGranted(ctx, claim) && (isOneDegree || claim !== 'degree_at_least');
        const names = [
          ...namesOf({ scope, wishes }),
          ...(wantsEvidence
            ? verified.elements.flatMap(({ claims }) => (isMembers(claims) ? Object.keys(claims) : []))
            : []),
        ];
        // Nobody who does not ask for it is held up by a source that has to be asked again.
        const attached = names.some((name) => isAttachedClaim(name) && mayTell(name))
          ? await findAttached({ citizenId, organisationId })
          : [];
        const claims = {
          ...claimsFor(citizen, agreement, now),
          ...minimalClaims(attached, { mayTell, wishes: isMembers(wishes) ? wishes : {} }),
          ...aggregatedClaims(attached, mayTell),
          sub: citizen.id,
        };
        if (!wantsEvidence) return claims;
        const verifiedClaims = answerVerifiedClaims(verified, {
          verifications: [
            ...verificationsOf(citizen, await listEvidence(citizenId), now),
            ...verificationsBySources(attached),
          ],
          mayTell,
          now,
        });
        return verifiedClaims === undefined ? claims : { ...claims, verified_claims: verifiedClaims };
      },
    };
  };
}

/**
 * What an agreement demands holds for what was given out before it was demanded, too: a code, token or refresh token of
 * a weaker sign-in, or of an identity that is not verified well enough, is worth nothing any more.
 */
function isEnough(
  { citizen, token }: { citizen: Citizen; token: object },
  relyingParty: RelyingParty | undefined,
): boolean {
  const { leastAcr, leastIdentity } = relyingParty?.agreement ?? {};
  if (leastIdentity !== undefined && !isIdentityAtLeast(citizen.identityLevel, leastIdentity)) return false;
  return leastAcr === undefined || reaches({ reached: acrKeptIn(token), wanted: leastAcr });
}

/** Access tokens carry it among what resource servers are told. */
function acrKeptIn(token: object): string | undefined {
  const kept = 'extra' in token && isMembers(token.extra) ? token.extra : token;
  return 'acr' in kept && typeof kept.acr === 'string' ? kept.acr : undefined;
}

/** What this answer is about: by scope and one by one. */
function namesOf({ scope, wishes }: { scope: string; wishes: object }): string[] {
  return [...scope.split(' ').flatMap((name) => claimsOf(name)), ...Object.keys(wishes)];
}

/** The `claims` parameter as the authorization request had it; codes and tokens carry it along. */
function requestKeptIn(token: object | undefined): unknown {
  return token !== undefined && 'claims' in token ? token.claims : undefined;
}

function isGranted({ oidc }: Parameters<FindAccount>[0], claim: string): boolean {
  return oidc.entities.Grant?.getOIDCClaimsFiltered(new Set([claim])).includes(claim) ?? false;
}

/**
 * Who is told about a token (RFC 7662 section 2.1): the client it was issued to, and of a citizen who may no longer use
 * the account, nobody. The library answers from the token and its grant and never asks for the account.
 */
export function createMayIntrospect({
  findCitizen,
  findRelyingParty,
}: Pick<Needs, 'findCitizen' | 'findRelyingParty'>) {
  return async (
    _ctx: unknown,
    client: { clientId: string },
    token: { clientId?: string | undefined; scope?: string | undefined },
  ) => {
    if (token.clientId !== client.clientId) return false;
    // The library answers with the scopes of the day on which it was issued; what is agreed today may be less.
    const relyingParty = await findRelyingParty(client.clientId);
    if (token.scope !== undefined && relyingParty !== undefined)
      token.scope = agreedScopesOf(token.scope, relyingParty.agreement);
    if (!('accountId' in token) || typeof token.accountId !== 'string') return true;
    const citizen = await findCitizen(token.accountId);
    return citizen !== undefined && mayUseAccount(citizen);
  };
}
