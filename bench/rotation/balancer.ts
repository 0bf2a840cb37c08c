import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Ask, Reply } from '../exchange.ts';
import type { Node } from './nodes.ts';
import { ISSUER } from './site.ts';

/** The connection broke, or nothing came back in time: whether the instance did what it was asked, nobody knows. */
export class Interrupted extends Error {}

/** An answer that a working provider does not give. */
class Unexpected extends Error {}

export type Answered = { node: string; path: string; ms: number; at: number };

export type Balancer = {
  /**
   * As a proxy in front of the instances: the fence's 503 is asked again elsewhere, and so is what broke, if it `mayRepeat`.
   * @throws Interrupted, Unexpected
   */
  send(ask: Ask & { mayRepeat: boolean }): Promise<Reply & { node: string; isRepeated: boolean }>;
  counts: BalancerCounts;
  close(): Promise<void>;
};

export type BalancerCounts = {
  answers: number;
  /** 503 with Retry-After: an instance that cannot know whether its keys still count. */
  fenced: number;
  /** Refused or broken connections, and time-outs, at an instance that was killed, stopped or starved. */
  interrupted: number;
  /** Every other 5xx, in words. */
  serverErrors: string[];
};

/** As a proxy in front would: an instance that hangs for longer is passed over. */
const PATIENCE_MS = 2_500;
/** An instance that failed is left alone for as long. */
const PAUSE_MS = 500;
const GIVE_UP_AFTER_MS = 20_000;

export function createBalancer(nodes: readonly Node[], onAnswer: (answered: Answered) => void): Balancer {
  const backends = nodes.map(({ name, origin }) => ({
    name,
    awayUntil: 0,
    pool: new Pool(origin, { connections: 32, pipelining: 1, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS }),
  }));
  const counts: BalancerCounts = { answers: 0, fenced: 0, interrupted: 0, serverErrors: [] };
  let turn = 0;

  function pick() {
    const now = performance.now();
    turn += 1;
    const inTurn = [...backends.slice(turn % backends.length), ...backends.slice(0, turn % backends.length)];
    return inTurn.find(({ awayUntil }) => awayUntil <= now);
  }

  return {
    counts,
    async send({ mayRepeat, ...ask }) {
      let isRepeated = false;
      const deadline = performance.now() + GIVE_UP_AFTER_MS;
      while (performance.now() < deadline) {
        const backend = pick();
        if (backend === undefined) {
          await wait(20);
          continue;
        }
        const startedAt = performance.now();
        try {
          const reply = await request(backend.pool, ask);
          if (reply.status < 500) {
            counts.answers += 1;
            onAnswer({ node: backend.name, path: pathOf(ask), ms: performance.now() - startedAt, at: Date.now() });
            return { ...reply, node: backend.name, isRepeated };
          }
          if (reply.status !== 503 || !reply.isRetryable) {
            counts.serverErrors.push(`${backend.name} ${pathOf(ask)}: ${reply.status} ${reply.body.slice(0, 120)}`);
            throw new Unexpected(`${pathOf(ask)}: ${reply.status}`);
          }
          counts.fenced += 1;
          backend.awayUntil = performance.now() + PAUSE_MS;
        } catch (cause) {
          if (cause instanceof Unexpected) throw cause;
          counts.interrupted += 1;
          isRepeated = true;
          backend.awayUntil = performance.now() + PAUSE_MS;
          if (!mayRepeat && !isRefused(cause)) throw new Interrupted(pathOf(ask), { cause });
        }
      }
      throw new Unexpected(`${pathOf(ask)}: no instance answered for ${GIVE_UP_AFTER_MS / 1000} s`);
    },
    async close() {
      await Promise.all(backends.map(({ pool }) => pool.destroy()));
    },
  };
}

async function request(pool: Pool, { method, path, headers, form }: Ask): Promise<Reply & { isRetryable: boolean }> {
  const answer = await pool.request({
    method,
    path,
    headers: {
      // What the TLS proxy in front would add.
      host: new URL(ISSUER).host,
      'x-forwarded-proto': 'https',
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    body: form === undefined ? null : new URLSearchParams(form).toString(),
  });
  const { location, 'set-cookie': cookies, 'retry-after': retryAfter } = answer.headers;
  return {
    status: answer.statusCode,
    location: typeof location === 'string' ? location : undefined,
    setCookies: cookies === undefined ? [] : [cookies].flat(),
    body: await answer.body.text(),
    isRetryable: retryAfter !== undefined,
  };
}

/** Nobody listened, so nothing was done. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

function pathOf({ path }: Ask): string {
  return path.split('?')[0] ?? path;
}
