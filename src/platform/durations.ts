/** Milliseconds. Store and protocol code that counts in seconds divides at its own edge. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The unit of JWTs, Redis expiries and oidc-provider. */
export function inSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / SECOND);
}
