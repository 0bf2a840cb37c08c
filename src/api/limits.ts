import { inSeconds, MINUTE } from '#platform/durations.ts';
import { type Allowed, LimitsUnavailable, type QuotaLimit, type RateLimits } from '#platform/rate-limits.ts';
import { Problem } from './problem.ts';

/** What a call costs us: a read is a query or two; a write is a transaction; `outside` makes us call somebody's server. */
export type Cost = 'read' | 'write' | 'outside';

/**
 * In a minute, for each service. Reading a registry of a hundred entries page by page takes a few calls; a pipeline
 * that registers and tests takes a dozen.
 */
export const CALLS_A_MINUTE: Readonly<Record<Cost, number>> = { read: 600, write: 60, outside: 20 };

/** Tokens that are not accepted, in a minute, from one network: a program that is wrong, or somebody who tries. */
const STRANGERS_A_MINUTE = 60;

export type CallLimits = ReturnType<typeof createCallLimits>;

export function createCallLimits(rateLimits: RateLimits) {
  const quota = (name: string, attempts: number) =>
    rateLimits.createQuota({ name: `api-${name}`, attempts, withinMs: MINUTE });
  const quotas: Readonly<Record<Cost, QuotaLimit>> = {
    read: quota('read', CALLS_A_MINUTE.read),
    write: quota('write', CALLS_A_MINUTE.write),
    outside: quota('outside', CALLS_A_MINUTE.outside),
  };
  const strangers = quota('strangers', STRANGERS_A_MINUTE);

  return {
    /** @throws Problem too-many-requests | unavailable: nothing is done uncounted. */
    async count({ clientId, cost }: { clientId: string; cost: Cost }): Promise<void> {
      refuseUnless(await counted(quotas[cost].take(clientId)), CALLS_A_MINUTE[cost]);
    },
    async checkStranger(network: string): Promise<void> {
      refuseUnless(await counted(strangers.look(network)), STRANGERS_A_MINUTE);
    },
    async countStranger(network: string): Promise<void> {
      await counted(strangers.take(network));
    },
  };
}

function refuseUnless(taken: Allowed, limit: number): void {
  if (taken.allowed) return;
  throw new Problem('too-many-requests', {
    limit,
    withinSeconds: inSeconds(MINUTE),
    headers: { 'Retry-After': String(Math.ceil(taken.retryAfterMs / 1000)) },
  });
}

async function counted<Result>(result: Promise<Result>): Promise<Result> {
  return result.catch((cause) => {
    if (!(cause instanceof LimitsUnavailable)) throw cause;
    throw new Problem('unavailable', { cause, headers: { 'Retry-After': '10' } });
  });
}
