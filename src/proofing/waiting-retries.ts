import { MINUTE, SECOND } from '#platform/durations.ts';

/** After a step that met a service which is down. */
export const FIRST_WAIT = 20 * SECOND;

/** From a restart to a night's outage; the last one repeats until the journey ends. */
const BACKOFF = [20 * SECOND, 40 * SECOND, 90 * SECOND, 3 * MINUTE, 5 * MINUTE] as const;

/** @param attempts the one just made included, from 1 */
export function waitAfter(attempts: number): number {
  return BACKOFF[Math.min(attempts, BACKOFF.length) - 1] ?? FIRST_WAIT;
}
