import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { SCOPES } from './claims.ts';

/**
 * Where no agreement is in force, a sign-in goes on and says nothing but `sub`: an entry that is still tried out works
 * at once, and an agreement that ran out locks nobody out. The answer's `scope` tells the relying party
 * (RFC 6749 section 5.1). Under an agreement the library refuses what lies outside it.
 */
export function askForAgreedScopes(
  { params }: Pick<KoaContextWithOIDC['oidc'], 'params'>,
  relyingParty: RelyingParty | undefined,
): void {
  if (params === undefined || relyingParty === undefined || relyingParty.agreementStanding?.state === 'in-force')
    return;
  if (typeof params.scope !== 'string') return;
  params.scope = params.scope
    .split(' ')
    .filter((scope) => scope === 'openid' || !SCOPES.includes(scope))
    .join(' ');
}
