import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';

/**
 * How strongly and when the citizen signed in, for resource servers: in a JWT access token (RFC 9068 section 2.2.1,
 * RFC 9470 section 6.1) and in introspection (section 6.2). It is what the code, device code or refresh token that the
 * access token comes from was made with: refreshing makes nobody stronger.
 */
export const tokenClaims: NonNullable<Configuration['extraTokenClaims']> = (ctx, token) => {
  if (token.kind !== 'AccessToken') return undefined;
  const { acr, authTime } = sourceOf(ctx) ?? {};
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(authTime === undefined ? {} : { auth_time: authTime }),
  };
};

type Source = { acr?: string | undefined; authTime?: number | undefined };

function sourceOf({ oidc }: KoaContextWithOIDC): Source | undefined {
  const { AuthorizationCode, RefreshToken, DeviceCode } = oidc.entities;
  return RefreshToken ?? AuthorizationCode ?? DeviceCode;
}
