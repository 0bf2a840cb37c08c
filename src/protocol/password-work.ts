import { PasswordWorkFailed, PoolFull } from '#citizens/password-pool.ts';
import { Refusal } from '#platform/http/refusal.ts';
import { LimitsUnavailable } from '#platform/rate-limits.ts';

/** What the page of a password says when the work could not be done: busy is for the page, an outage is for nobody. */
export function busyIfFull(error: unknown): { kind: 'busy'; retryAfterMs: number } {
  if (error instanceof PoolFull) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  if (error instanceof LimitsUnavailable || error instanceof PasswordWorkFailed) {
    throw new Refusal('unavailable', 503, { cause: error, retryAfterSeconds: 10 });
  }
  throw error;
}
