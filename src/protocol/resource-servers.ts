import { type Client, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { RelyingParty } from '#relying-parties/relying-party.ts';
import type { Resource } from '#relying-parties/resources-store.ts';

type Needs = {
  findResource(identifier: string): Promise<Resource | undefined>;
  findRelyingParty(clientId: string): Promise<RelyingParty | undefined>;
};

/**
 * Only registered resource servers get access tokens, as JWTs that they verify offline (RFC 8707, RFC 9068). The library
 * checks its own scopes against the client and leaves a resource's to us: what the agreement does not name is refused.
 */
export function createResourceServerFor({ findResource, findRelyingParty }: Needs) {
  return async (ctx: KoaContextWithOIDC, identifier: string, client: Client): Promise<ResourceServer> => {
    const [resource, relyingParty] = await Promise.all([findResource(identifier), findRelyingParty(client.clientId)]);
    if (resource === undefined || relyingParty === undefined) throw new errors.InvalidTarget();
    if (resource.isForServicesAlone === true && ctx.oidc.params?.grant_type !== 'client_credentials')
      throw new errors.InvalidTarget();
    const agreed = resource.scopes.filter((scope) => relyingParty.agreement.scopes.includes(scope));
    if (agreed.length === 0) throw new errors.InvalidTarget();
    const beyond = [...ctx.oidc.requestParamScopes].find(
      (scope) => resource.scopes.includes(scope) && !agreed.includes(scope),
    );
    if (beyond !== undefined) throw new errors.InvalidScope('requested scope is not allowed', beyond);
    return {
      audience: resource.identifier,
      scope: agreed.join(' '),
      accessTokenTTL: resource.accessTokenTtlSeconds,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: resource.signingAlg } },
    };
  };
}
