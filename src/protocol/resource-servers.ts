import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { Resource } from '#relying-parties/resources-store.ts';

type Needs = { findResource(identifier: string): Promise<Resource | undefined> };

/** Only registered resource servers get access tokens, as JWTs that they verify offline (RFC 8707, RFC 9068). */
export function createResourceServerFor({ findResource }: Needs) {
  return async (_ctx: KoaContextWithOIDC, identifier: string): Promise<ResourceServer> => {
    const resource = await findResource(identifier);
    if (resource === undefined) throw new errors.InvalidTarget();
    return {
      audience: resource.identifier,
      scope: resource.scopes.join(' '),
      accessTokenTTL: resource.accessTokenTtlSeconds,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: resource.signingAlg } },
    };
  };
}
