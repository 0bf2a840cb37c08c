import type { TokenEndpointGrantContext } from 'oidc-provider';
import { DEVICE_CODE } from '#relying-parties/client-metadata.ts';
import type { GiveBack, Presented } from '#sessions/give-back.ts';
import { SigningRefused } from './library-keys.ts';
import type { GrantHandler } from './refresh-grace.ts';

/** What each grant uses up before it signs, and the parameter that it comes in. */
const USES_UP: Readonly<Record<string, { kind: Presented['kind']; parameter: string }>> = {
  authorization_code: { kind: 'AuthorizationCode', parameter: 'code' },
  refresh_token: { kind: 'RefreshToken', parameter: 'refresh_token' },
  [DEVICE_CODE]: { kind: 'DeviceCode', parameter: 'device_code' },
};

/**
 * The library uses a code up and signs after it. When the key was revoked in between, nothing is signed and the answer is
 * 503: whoever asks again as it says must find the code as it was, and not be taken for its thief.
 */
export function givingBackUnanswered(
  handler: GrantHandler,
  { grantType, giveBack }: { grantType: string; giveBack: GiveBack },
): GrantHandler {
  const used = USES_UP[grantType];
  if (used === undefined) return handler;
  return async (ctx: TokenEndpointGrantContext) => {
    try {
      await handler(ctx);
    } catch (error) {
      const value = (ctx.oidc.params as Readonly<Record<string, unknown>>)[used.parameter];
      if (error instanceof SigningRefused && typeof value === 'string') await giveBack({ kind: used.kind, value });
      throw error;
    }
  };
}
