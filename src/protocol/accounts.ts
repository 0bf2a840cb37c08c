import type { FindAccount } from 'oidc-provider';
import { type Citizen, mayUseAccount } from '#citizens/citizen.ts';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import { claimsFor } from './claims.ts';

type Needs = {
  findCitizen(id: string): Promise<Citizen | undefined>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/**
 * The citizen behind a session or token, as the library wants them. A citizen who may not use the account is nobody:
 * every grant, refresh and userinfo of theirs fails the same way.
 */
export function createFindAccount({ findCitizen, findRelyingParty }: Needs): FindAccount {
  return async (ctx, citizenId) => {
    const citizen = await findCitizen(citizenId);
    if (citizen === undefined || !mayUseAccount(citizen)) return undefined;
    return {
      accountId: citizen.id,
      async claims() {
        const relyingParty = await findRelyingParty(ctx.oidc.client?.clientId ?? '');
        return { sub: citizen.id, ...(relyingParty === undefined ? {} : claimsFor(citizen, relyingParty.agreement)) };
      },
    };
  };
}

/**
 * Who is told about a token (RFC 7662 section 2.1): the client it was issued to, and of a citizen who may no longer use
 * the account, nobody. The library answers from the token and its grant and never asks for the account.
 */
export function createMayIntrospect({ findCitizen }: Pick<Needs, 'findCitizen'>) {
  return async (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }) => {
    if (token.clientId !== client.clientId) return false;
    if (!('accountId' in token) || typeof token.accountId !== 'string') return true;
    const citizen = await findCitizen(token.accountId);
    return citizen !== undefined && mayUseAccount(citizen);
  };
}
