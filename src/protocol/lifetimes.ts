import { DAY, HOUR, inSeconds, MINUTE, SECOND } from '#platform/durations.ts';

/** How long everything lives, in milliseconds, each with where the number comes from. The only table of its kind. */
export const LIFETIMES = {
  /** RFC 6749 section 4.1.2 allows at most 10 minutes; a redirect on a slow phone takes seconds. */
  authorizationCode: 1 * MINUTE,
  /** Opaque or JWT. A JWT cannot be called back, so it is short (RFC 9700 section 2.2.1). */
  accessToken: 10 * MINUTE,
  /** Services without people ask again whenever they like (RFC 6749 section 4.4.3: no refresh token). */
  clientCredentials: 10 * MINUTE,
  /**
   * The most that a resource server may choose for its tokens. They cannot be called back, so whoever is locked stays in
   * there for as long, and their key stays published for as long.
   */
  longestResourceToken: 1 * HOUR,
  /** For one question to a source of claims, which is asked at once. */
  sourceToken: 1 * MINUTE,
  /** Consumed on arrival; long enough for clocks that differ by minutes (OpenID Connect Core 1.0 section 3.1.3.7). */
  idToken: 10 * MINUTE,
  /** Unused for this long, a refresh token is dead (OAuth 2.1 section 4.3.1 asks for an inactivity limit). */
  refreshTokenIdle: 30 * DAY,
  /** A family of refresh tokens ends with its grant: half a year, then the citizen is asked again. */
  grantBeyondSession: 180 * DAY,
  /** RFC 8628 section 3.2: people type the code from another screen. */
  deviceCode: 10 * MINUTE,
  /** RFC 9126 section 2.2 suggests 5 to 600 seconds. */
  pushedAuthorizationRequest: 1 * MINUTE,
  /** A citizen may have to look for a phone, or a parent's. */
  interaction: 1 * HOUR,
  /** NIST SP 800-63B-4 section 2.2.3: at AAL2 no more than one hour of inactivity... */
  sessionIdle: 1 * HOUR,
  /** ...and no more than 24 hours in all before signing in again. */
  sessionAbsolute: 24 * HOUR,
  /** On a shared computer: NIST SP 800-63B-4 section 2.3.3 gives 15 minutes of inactivity for the strictest level... */
  sharedSessionIdle: 15 * MINUTE,
  /** ...and one lesson or library visit in all. */
  sharedSessionAbsolute: 1 * HOUR,
  /** RFC 7523 section 3 leaves clock skew to us; phones' and campus servers' clocks differ by seconds. */
  clockTolerance: 15 * SECOND,
} as const;

/** How long what our keys sign may live: the signing keys stay published for longer than that. */
export const LIVES_OF_WHAT_IS_SIGNED = {
  longestToken: Math.max(
    LIFETIMES.idToken,
    LIFETIMES.accessToken,
    LIFETIMES.clientCredentials,
    LIFETIMES.longestResourceToken,
    LIFETIMES.sourceToken,
  ),
  longestSession: LIFETIMES.sessionAbsolute,
  longestCookie: LIFETIMES.sessionAbsolute,
};

type SessionAge = { isShared: boolean; loginTs: number | undefined; nowInSeconds: number };

/** Seconds that a session may still live without being used; never beyond its absolute end. */
export function sessionLifetime({ isShared, loginTs, nowInSeconds }: SessionAge): number {
  const idle = inSeconds(isShared ? LIFETIMES.sharedSessionIdle : LIFETIMES.sessionIdle);
  if (loginTs === undefined) return idle;
  return Math.max(1, Math.min(idle, absoluteEnd({ isShared, loginTs }) - nowInSeconds));
}

export function isPastAbsoluteEnd({ isShared, loginTs, nowInSeconds }: SessionAge): boolean {
  return loginTs !== undefined && absoluteEnd({ isShared, loginTs }) <= nowInSeconds;
}

function absoluteEnd({ isShared, loginTs }: { isShared: boolean; loginTs: number }): number {
  return loginTs + inSeconds(isShared ? LIFETIMES.sharedSessionAbsolute : LIFETIMES.sessionAbsolute);
}
