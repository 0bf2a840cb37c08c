import type { Context, Next } from 'koa';
import { LimitsUnavailable } from '../rate-limits.ts';
import { Refusal } from './refusal.ts';

/** Where nothing may be tried uncounted, an outage of the counters closes the door, in words and not as a fault of ours. */
export async function refuseWithoutLimits(_ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (cause) {
    if (!(cause instanceof LimitsUnavailable)) throw cause;
    throw new Refusal('unavailable', 503, { cause, retryAfterSeconds: 10 });
  }
}
