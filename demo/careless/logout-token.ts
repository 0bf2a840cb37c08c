import type { Ignores } from './flaws.ts';
import { decode, isSigned, type Keys } from './token-signature.ts';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** OpenID Connect Back-Channel Logout 1.0 section 2.6, as far as it is not ignored. */
export function createLogoutCheck({
  issuer,
  clientId,
  keys,
  ignores,
}: {
  issuer: string;
  clientId: string;
  keys: Keys;
  ignores: Ignores;
}) {
  const seen = new Set<unknown>();

  return async (logoutToken: string): Promise<{ sid: unknown } | undefined> => {
    const token = decode(logoutToken);
    const { claims, header } = token;
    const isSound = await isSigned(token, keys, (flaw) => flaw === 'signature' && ignores('logout-signature'));
    if (!isSound || claims.iss !== issuer) return undefined;
    if (claims.aud !== clientId && !ignores('logout-audience')) return undefined;
    // Any token of the provider that names a session, taken for a word of the provider about that session.
    if (header.typ !== 'logout+jwt') return ignores('logout-type') ? { sid: claims.sid } : undefined;
    if ('nonce' in claims && !ignores('logout-nonce')) return undefined;
    const events = claims.events;
    const isLogout = typeof events === 'object' && events !== null && LOGOUT_EVENT in events;
    if (!isLogout && !ignores('logout-events')) return undefined;
    if (seen.has(claims.jti) && !ignores('logout-jti')) return undefined;
    seen.add(claims.jti);
    return { sid: claims.sid };
  };
}
