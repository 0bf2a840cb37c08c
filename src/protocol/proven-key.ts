import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { TokenEndpointGrantContext } from 'oidc-provider';
import { type Clock, epochSeconds } from '#platform/clock.ts';

/** The library's window for a proof without a nonce, both ways (RFC 9449 section 11.1 leaves it to the server). */
const WINDOW_SECONDS = 300;

type Asked = { ctx: TokenEndpointGrantContext; thumbprint: string; clock: Clock };

/**
 * Whether this token request carries a fresh proof of the key (RFC 9449 section 4.3). For answers that are given before
 * the library looks at the proof; the proof is used up by a yes.
 */
export async function provesKey({ ctx, thumbprint, clock }: Asked): Promise<boolean> {
  const now = epochSeconds(clock);
  try {
    const { payload, protectedHeader } = await jwtVerify(ctx.get('DPoP'), EmbeddedJWK, {
      typ: 'dpop+jwt',
      currentDate: new Date(clock.now()),
      requiredClaims: ['iat', 'jti', 'htm', 'htu'],
    });
    if (protectedHeader.jwk === undefined || (await calculateJwkThumbprint(protectedHeader.jwk)) !== thumbprint)
      return false;
    if (Math.abs(now - Number(payload.iat)) > WINDOW_SECONDS) return false;
    if (payload.htm !== ctx.method || payload.htu !== ctx.oidc.urlFor('token')) return false;
    if (typeof payload.jti !== 'string') return false;
    return await ctx.oidc.provider.ReplayDetection.unique(ctx.oidc.client.clientId, payload.jti, now + WINDOW_SECONDS);
  } catch {
    return false;
  }
}
