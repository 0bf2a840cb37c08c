import { randomUUID } from 'node:crypto';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import { type OutboundFetch, OutboundRefused } from '#platform/http/outbound.ts';
import type { LogoutAnswer } from '#relying-parties/acceptance/acceptance-issuer.ts';
import type { LogoutSpoil } from '#relying-parties/acceptance/spoil.ts';
import { type Claims, OTHER_CLIENT, sign, spoilSignature } from './id-token-spoils.ts';
import type { AcceptanceKey } from './key-ring.ts';

/** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

/** As long as the library lets logout tokens live. */
const LIVES = 2 * MINUTE;

type About = {
  spoil: LogoutSpoil | undefined;
  signIn: Claims;
  earlier: string | undefined;
  key: AcceptanceKey;
  nowInSeconds: number;
};

/** A logout token about a sign-in, or what somebody would like to be taken for one. */
export async function logoutToken({ spoil, signIn, earlier, key, nowInSeconds }: About): Promise<string> {
  const { iss, aud, sub, sid } = signIn;
  const honest: Claims = {
    iss,
    aud,
    sub,
    ...(sid === undefined ? {} : { sid }),
    iat: nowInSeconds,
    exp: nowInSeconds + inSeconds(LIVES),
    jti: randomUUID(),
    events: EVENTS,
  };
  const { events: _events, ...withoutEvents } = honest;
  const signed = (claims: Claims, typ = 'logout+jwt') => sign(claims, { typ, kid: key.kid }, key);
  switch (spoil) {
    case 'logout-signature':
      return spoilSignature(await signed(honest));
    case 'logout-audience':
      return signed({ ...honest, aud: OTHER_CLIENT });
    case 'logout-nonce':
      return signed({ ...honest, nonce: randomUUID() });
    case 'logout-events':
      return signed(withoutEvents);
    case 'logout-id-token':
      return signed({ ...signIn, iat: honest.iat, exp: honest.exp }, 'JWT');
    case 'logout-replayed':
      if (earlier === undefined) throw new Error('there is no logout token to send a second time');
      return earlier;
    case undefined:
      return signed(honest);
  }
}

/** Section 2.5 of the same. */
export async function postLogoutToken(fetch: OutboundFetch, uri: string, token: string): Promise<LogoutAnswer> {
  try {
    const { status } = await fetch(uri, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }),
    });
    return { status };
  } catch (error) {
    if (error instanceof OutboundRefused) return { outcome: 'unreachable', reason: error.reason };
    throw error;
  }
}
