import { setTimeout as wait } from 'node:timers/promises';
import type { Context, Next } from 'koa';

/** How a demo service misbehaves, until somebody switches it back. */
export type Faults = {
  /** Before every answer. What was asked is done all the same, and at once: a slow gateway has taken the message. */
  latencyMs: number;
  /** some-errors: every second answer is 503. errors: every answer is. outage: connections are cut without an answer. */
  mode: 'up' | 'some-errors' | 'errors' | 'outage';
};

export const MODES: readonly Faults['mode'][] = ['up', 'some-errors', 'errors', 'outage'];

export type FaultSwitch = ReturnType<typeof createFaultSwitch>;

const LONGEST = 60_000;

export function createFaultSwitch() {
  let faults: Faults = { latencyMs: 0, mode: 'up' };
  let asked = 0;

  return {
    now: () => faults,
    /** What is not named goes back to how it is without faults. False, and nothing changed, for anything else. */
    set(wanted: { latencyMs?: unknown; mode?: unknown }): boolean {
      const latencyMs = Number(wanted.latencyMs ?? 0);
      const mode = MODES.find((known) => known === (wanted.mode ?? 'up'));
      if (mode === undefined || !Number.isInteger(latencyMs) || latencyMs < 0 || latencyMs > LONGEST) return false;
      faults = { latencyMs, mode };
      return true;
    },
    /** Stands in front of what the service is for; its pages and its switch go on working. */
    async misbehave(ctx: Context, next: Next): Promise<void> {
      asked += 1;
      const { latencyMs, mode } = faults;
      if (mode === 'outage') {
        ctx.respond = false;
        ctx.res.socket?.destroy();
        return;
      }
      if (mode === 'errors' || (mode === 'some-errors' && asked % 2 === 1)) {
        ctx.status = 503;
        ctx.body = { error: 'switched off for a trial' };
      } else await next();
      if (latencyMs > 0) await wait(latencyMs);
    },
  };
}
