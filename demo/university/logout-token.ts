import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';

type LogoutToken =
  | { outcome: 'accepted'; sid: string | undefined; sub: string | undefined }
  | { outcome: 'refused'; reason: string }
  /** The provider's keys could not be fetched: nothing is known about the token, and the provider may try again. */
  | { outcome: 'keys-unavailable' };

/** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const CLOCK_TOLERANCE_SECONDS = 60;
/** Our own bound, whatever exp says: the provider signs a new token for each delivery. */
const AT_MOST_OLD_SECONDS = 10 * 60;
const REMEMBER_JTI = (AT_MOST_OLD_SECONDS + 2 * CLOCK_TOLERANCE_SECONDS) * 1000;

type Expected = { issuer: string; clientId: string; alg: string; keys: JWTVerifyGetKey };

/** The checks of OpenID Connect Back-Channel Logout 1.0 section 2.6, and that no token is taken twice. */
export function createLogoutTokenCheck({ now }: { now: () => number }) {
  const seen = new LRUCache<string, true>({ max: 100_000, ttl: REMEMBER_JTI, perf: { now } });

  return async (token: string, expected: Expected): Promise<LogoutToken> => {
    const verified = await verify(token, { ...expected, now });
    if ('outcome' in verified) return verified;
    const { claims } = verified;
    const wrong = whatIsWrong(claims);
    if (wrong !== undefined) return { outcome: 'refused', reason: wrong };
    // Looked up and remembered without a pause in between: of two deliveries at once, one wins.
    const jti = String(claims.jti);
    if (seen.has(jti)) return { outcome: 'refused', reason: 'jti was used before' };
    seen.set(jti, true);
    return { outcome: 'accepted', sid: textOf(claims.sid), sub: textOf(claims.sub) };
  };
}

async function verify(
  token: string,
  { issuer, clientId, alg, keys, now }: Expected & { now: () => number },
): Promise<{ claims: JWTPayload } | LogoutToken> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: [alg],
      typ: 'logout+jwt',
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: AT_MOST_OLD_SECONDS,
      currentDate: new Date(now()),
    });
    return { claims: payload };
  } catch (error) {
    if (error instanceof errors.JOSEError && !isAboutFetching(error))
      return { outcome: 'refused', reason: error.message };
    return { outcome: 'keys-unavailable' };
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
  if ('sid' in claims && textOf(claims.sid) === undefined) return 'sid is not text';
  if ('sub' in claims && textOf(claims.sub) === undefined) return 'sub is not text';
  if (!('sid' in claims) && !('sub' in claims)) return 'neither sid nor sub';
  return undefined;
}

function isLogoutEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, LOGOUT_EVENT)) return false;
  const member = Reflect.get(events, LOGOUT_EVENT);
  return typeof member === 'object' && member !== null && !Array.isArray(member);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
