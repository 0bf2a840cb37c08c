import type { Context } from 'koa';
import { expect, test } from 'vitest';
import { Refusal } from '#platform/http/refusal.ts';
import { refuseWithoutLimits } from '#platform/http/refuse-without-limits.ts';
import { LimitsUnavailable } from '#platform/rate-limits.ts';

/** Nothing of the request is looked at. */
const anyRequest = {} as Context;

test('without the counters nothing is tried: 503, with a time to come back', async () => {
  const refused = refuseWithoutLimits(anyRequest, () => Promise.reject(new LimitsUnavailable()));
  await expect(refused).rejects.toMatchObject({ reason: 'unavailable', status: 503, retryAfterSeconds: 10 });
  await expect(refused).rejects.toBeInstanceOf(Refusal);
});

test('any other fault stays what it is, and what goes well goes on', async () => {
  const fault = new Error('a fault of ours');
  await expect(refuseWithoutLimits(anyRequest, () => Promise.reject(fault))).rejects.toBe(fault);
  await expect(refuseWithoutLimits(anyRequest, () => Promise.resolve())).resolves.toBeUndefined();
});
