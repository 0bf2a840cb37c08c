import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startProcess } from '#tests/support/processes.ts';

/**
 * `npm run bench:rotation -- --short`: three instances on a Redis and a PostgreSQL of their own, days pressed into seconds.
 * It takes less than a minute on a machine of its own; how long answers took is not asked here, for CI is nobody's own.
 */
const LONGEST_MS = 240_000;

/** docs/for-security-teams.md: from then on no instance signs with a revoked key. */
const LIMIT_MS = 5_000;

const outcome = z.object({
  accepted: z.record(z.string(), z.number()),
  failures: z.array(z.unknown()),
  answers: z.object({ serverErrors: z.array(z.string()) }),
  tokens: z.record(z.enum(['id', 'access', 'logout']), z.number()),
  rotations: z.number(),
  mishaps: z.record(z.string(), z.number()),
  emergencies: z.array(z.object({ lastSignatureMs: z.number(), learntMs: z.record(z.string(), z.number()) })),
  controls: z.array(z.object({ control: z.string(), failures: z.number() })),
});
const shape = z.object({ outcome, drill: outcome, complaints: z.array(z.string()) });

let seen: z.infer<typeof shape>;

beforeAll(async () => {
  const run = await startProcess({ command: process.execPath, args: ['bench/rotation/run.ts', '--short', '--json'] });
  await run.exited;
  const json = run
    .output()
    .split('\n')
    .find((line) => line.startsWith('{"outcome":'));
  if (json === undefined) throw new Error(run.output());
  seen = shape.parse(JSON.parse(json));
}, LONGEST_MS);

describe('while keys rotate every few seconds and an instance is killed', () => {
  test('nothing at all goes wrong', () => expect(seen.complaints).toEqual([]));

  test('no relying party refuses a token, however it caches', () => {
    const verifications = Object.values(seen.outcome.accepted);
    expect(seen.outcome.failures).toEqual([]);
    expect(verifications).toHaveLength(7);
    expect(verifications.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(20_000);
  });

  test('ID tokens, JWT access tokens and logout tokens were among them', () => {
    expect(Math.min(...Object.values(seen.outcome.tokens))).toBeGreaterThan(0);
  });

  test('five keys or more began to sign, and one instance was killed', () => {
    expect(seen.outcome.rotations).toBeGreaterThanOrEqual(5);
    expect(seen.outcome.mishaps).toEqual({ killed: 1 });
  });

  test('no instance answers 5xx, unless its fence does', () => expect(seen.outcome.answers.serverErrors).toEqual([]));
});

describe('in an emergency, with production’s own timing', () => {
  test('no instance signs with the revoked key after 5 s, and each has learnt of it', () => {
    expect(seen.drill.emergencies).toHaveLength(1);
    for (const { lastSignatureMs, learntMs } of seen.drill.emergencies) {
      expect(lastSignatureMs).toBeLessThan(LIMIT_MS);
      expect(Object.values(learntMs)).toHaveLength(3);
    }
  });

  test('no relying party refuses what the standby signs, though it keeps its copy for 24 hours', () => {
    expect(seen.drill.failures).toEqual([]);
    expect(Object.values(seen.drill.accepted).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
  });
});

describe('the harness is not blind', () => {
  test.each(['empty-set', 'emergency-without-standby'])('%s is noticed', (name) => {
    expect(seen.outcome.controls.find(({ control }) => control === name)?.failures).toBeGreaterThan(0);
  });
});
