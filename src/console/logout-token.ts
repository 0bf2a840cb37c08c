import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { inSeconds, MINUTE } from '#platform/durations.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { StateStore } from '#platform/state-store.ts';
import { CONSOLE_CLIENT_ID } from '#protocol/console-client.ts';
import { SIGNED_WITH } from './relying-party.ts';

export type LogoutToken =
  | { outcome: 'accepted'; sid: string | undefined; subject: string | undefined }
  | { outcome: 'refused'; reason: string }
  /** The provider's keys could not be fetched: it may try again. */
  | { outcome: 'keys-unavailable' };

/** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const CLOCK_TOLERANCE = 1 * MINUTE;
/** Our own bound, whatever exp says: each delivery is signed anew. */
const AT_MOST_OLD = 10 * MINUTE;

type Needs = { issuer: string; keys: JWTVerifyGetKey; store: StateStore; hash: KeyedHash };

/** The checks of OpenID Connect Back-Channel Logout 1.0 section 2.6, and that no token is taken twice on any instance. */
export function createLogoutTokenCheck({ issuer, keys, store, hash }: Needs) {
  return async (token: string): Promise<LogoutToken> => {
    const verified = await verify(token);
    if ('outcome' in verified) return verified;
    const { claims } = verified;
    const wrong = whatIsWrong(claims);
    if (wrong !== undefined) return { outcome: 'refused', reason: wrong };
    const isNew = await store.write(`console:jti:${hash(`console-jti:${claims.jti}`)}`, {
      set: { seen: 'yes' },
      expiresInMs: AT_MOST_OLD + 2 * CLOCK_TOLERANCE,
      when: 'absent',
    });
    if (!isNew) return { outcome: 'refused', reason: 'jti was used before' };
    return { outcome: 'accepted', sid: textOf(claims.sid), subject: textOf(claims.sub) };
  };

  async function verify(token: string): Promise<{ claims: JWTPayload } | LogoutToken> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: CONSOLE_CLIENT_ID,
        algorithms: [SIGNED_WITH],
        typ: 'logout+jwt',
        requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
        clockTolerance: inSeconds(CLOCK_TOLERANCE),
        maxTokenAge: inSeconds(AT_MOST_OLD),
      });
      return { claims: payload };
    } catch (error) {
      const isAboutToken = error instanceof errors.JOSEError && !isAboutFetching(error);
      return isAboutToken ? { outcome: 'refused', reason: error.message } : { outcome: 'keys-unavailable' };
    }
  }
}

/** jose uses its general code only where the key set could not be fetched or was no key set. */
function isAboutFetching(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
  );
}

function whatIsWrong(claims: JWTPayload): string | undefined {
  if (textOf(claims.jti) === undefined) return 'jti is not text';
  if (!isLogoutEvent(claims.events)) return 'events does not name a back-channel logout';
  if ('nonce' in claims) return 'nonce is not allowed in a logout token';
  if (textOf(claims.sid) === undefined && textOf(claims.sub) === undefined) return 'neither sid nor sub';
  return undefined;
}

function isLogoutEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, LOGOUT_EVENT)) return false;
  const member: unknown = Reflect.get(events, LOGOUT_EVENT);
  return typeof member === 'object' && member !== null && !Array.isArray(member);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
