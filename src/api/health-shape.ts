import { z } from 'zod';
import { FAILURE_REASONS, type Failure } from '#relying-parties/failure-reasons.ts';
import type { Health, LogoutRate } from '#relying-parties/health.ts';
import { instant, instantIn, instantOf } from './common-shapes.ts';

const count = z.int();

const logoutRate = z.strictObject({
  owed: count,
  delivered: count,
  dead: count,
  waiting: count,
  successRate: z.number().optional().describe('Delivered of those that are settled, 0 to 1'),
});

export const healthShape = z.strictObject({
  clientId: z.string(),
  lastSignInAt: instant.optional(),
  lastTokenAt: instant.optional(),
  errors: z
    .array(z.strictObject({ reason: z.enum(FAILURE_REASONS), count, lastAt: instant }))
    .describe('Of the last 30 days, the most frequent first'),
  errorsByDay: z.array(z.strictObject({ day: z.iso.date(), count })),
  keySetAgeSeconds: count.optional().describe('How long ago the key set behind jwks_uri was fetched'),
  keyNotices: z.array(z.strictObject({ notice: z.string(), noticedAt: instant })),
  logout: logoutRate.extend({ lastDay: logoutRate, takesPart: z.boolean() }),
});

export const failureShape = z.strictObject({
  reference: z.string(),
  clientId: z.string(),
  at: instant,
  endpoint: z.string(),
  reason: z.enum(FAILURE_REASONS),
  parameters: z.record(z.string(), z.string().nullable()).describe('What was sent; null where the value is not shown'),
});

export function healthBody({ keySetAgeMs, keyNotices, logout, ...health }: Health) {
  const { clientId, lastSignInAt, lastTokenAt, errors, errorsByDay } = health;
  return {
    clientId,
    ...instantIn('lastSignInAt', lastSignInAt),
    ...instantIn('lastTokenAt', lastTokenAt),
    errors: errors.map(({ reason, count, lastAt }) => ({ reason, count, lastAt: instantOf(lastAt) })),
    errorsByDay: errorsByDay.map(({ day, count }) => ({ day, count })),
    ...(keySetAgeMs !== undefined && { keySetAgeSeconds: Math.floor(keySetAgeMs / 1000) }),
    keyNotices: keyNotices.map(({ notice, noticedAt }) => ({ notice, noticedAt: instantOf(noticedAt) })),
    logout: { ...rateBody(logout), lastDay: rateBody(logout.lastDay), takesPart: logout.takesPart },
  };
}

export function failureBody({ reference, clientId, at, endpoint, reason, parameters }: Failure) {
  return { reference, clientId, at: instantOf(at), endpoint, reason, parameters };
}

function rateBody({ owed, delivered, dead, waiting, successRate }: LogoutRate) {
  return { owed, delivered, dead, waiting, ...(successRate !== undefined && { successRate }) };
}
