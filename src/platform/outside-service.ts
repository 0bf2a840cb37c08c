import { SpanKind, trace } from '@opentelemetry/api';
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  isBrokenCircuitError,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Clock } from './clock.ts';
import { MINUTE, SECOND } from './durations.ts';
import { type OutboundFetch, OutboundRefused } from './http/outbound.ts';
import type { Metrics } from './metrics.ts';

/**
 * A service of somebody else that we cannot do without and cannot rely on: a registry, a gateway. It is asked over the
 * one outbound client, within a time, again where that is harmless, and not at all while it is known to be down.
 */
export type OutsideService = {
  name: string;
  /** Never throws for what the other side does. Nothing that was sent or received stands in errors, spans or metrics. */
  call(wanted: OutsideCall): Promise<OutsideAnswer>;
  /** open: known to be down, nobody is asked; half-open: one call tries whether it is back. */
  state(): 'closed' | 'open' | 'half-open';
};

export type OutsideCall = {
  method: 'GET' | 'POST';
  /** Fixed words, beginning with a slash: an address goes into traces and other people's logs, so it holds nothing personal. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent instead of the service's own bearer token: one that is for this call alone. */
  token?: string;
  /** Asking twice does no harm: a question, or an order that carries its own number. GET always is. */
  mayRepeat?: boolean;
};

export type OutsideAnswer =
  /** Below 500 and neither 401, 403 nor 429: the service understood the question. The body is undefined when it is no JSON. */
  | { outcome: 'answered'; status: number; body: unknown }
  /** The reason is a word of ours: `circuit-open`, `timeout`, `status-503`, or one of the outbound client's. */
  | { outcome: 'unavailable'; reason: string };

/** How long one attempt may take, in milliseconds. */
export type OutsideWays = { timeoutMs?: number };

type Needs = OutsideWays & {
  name: string;
  /** The base address, from the settings alone. */
  url: string;
  fetch: OutboundFetch;
  clock: Clock;
  /** Sent as a bearer token (RFC 6750 section 2.1). */
  token?: string | undefined;
  metrics?: Pick<Metrics, 'observeOutsideCall' | 'gauge'>;
  limits?: Partial<typeof LIMITS>;
};

const LIMITS = {
  /** With the attempt before it and the jitter between, a page waits 7 s at the most. */
  retries: 2,
  firstWaitMs: 150,
  longestWaitMs: 1 * SECOND,
  /** Five failures in a row are no hiccup. */
  failuresThatOpen: 5,
  /** How long a service that is down is left alone; twice as long each time it is still down. */
  restMs: 5 * SECOND,
  longestRestMs: 1 * MINUTE,
};

const TIMEOUT = 2 * SECOND;

/** An answer that says "not now" or "not you" rather than anything about the question. */
class NotAnswered extends Error {
  readonly reason: string;
  readonly isPassing: boolean;
  constructor(reason: string, { isPassing }: { isPassing: boolean }) {
    super(`an outside service did not answer: ${reason}`);
    this.reason = reason;
    this.isPassing = isPassing;
  }
}

export function createOutsideService(needs: Needs): OutsideService {
  const { name, url, fetch, clock, token, timeoutMs = TIMEOUT, metrics } = needs;
  const limits = { ...LIMITS, ...needs.limits };
  const base = url.replace(/\/$/, '');
  const breaker = circuitBreaker(handleType(NotAnswered), {
    breaker: new ConsecutiveBreaker(limits.failuresThatOpen),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: limits.restMs, maxDelay: limits.longestRestMs }),
  });
  // Aggressive: a connection that hears no abort must not hold a citizen up.
  const limit = timeout(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
  const again = retry(
    handleType(NotAnswered, (error) => error.isPassing),
    {
      maxAttempts: limits.retries,
      backoff: new ExponentialBackoff({ initialDelay: limits.firstWaitMs, maxDelay: limits.longestWaitMs }),
    },
  );
  const once = wrap(breaker);
  const often = wrap(again, breaker);
  const state = () => STATES[breaker.state];
  metrics?.gauge(`panjereh_outside_open_${name.replaceAll('-', '_')}`, `1 while ${name} is known to be down.`, () =>
    state() === 'open' ? 1 : 0,
  );

  return {
    name,
    state,
    call({ mayRepeat, ...wanted }) {
      const policy = (mayRepeat ?? wanted.method === 'GET') ? often : once;
      return observed(() => policy.execute(() => attempt(wanted)));
    },
  };

  async function attempt({ method, path, body, token: ofThisCall = token }: OutsideCall): Promise<OutsideAnswer> {
    try {
      const response = await limit.execute(({ signal }) =>
        fetch(`${base}${path}`, {
          method,
          signal,
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(ofThisCall === undefined ? {} : { authorization: `Bearer ${ofThisCall}` }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const { status } = response;
      if (status >= 500) throw new NotAnswered(`status-${status}`, { isPassing: true });
      // Asking again at once would only make it worse, or is refused again.
      if (status === 429 || status === 401 || status === 403)
        throw new NotAnswered(`status-${status}`, { isPassing: false });
      return { outcome: 'answered', status, body: await response.json().catch(() => undefined) };
    } catch (error) {
      throw asNotAnswered(error);
    }
  }

  function observed(make: () => Promise<OutsideAnswer>): Promise<OutsideAnswer> {
    const startedAt = clock.now();
    return trace
      .getTracer('panjereh')
      .startActiveSpan(
        `ask ${name}`,
        { kind: SpanKind.INTERNAL, attributes: { 'peer.service': name } },
        async (span) => {
          const answer = await make().catch(unavailable);
          const outcome = answer.outcome === 'answered' ? 'answered' : answer.reason;
          span.setAttribute('panjereh.outcome', outcome);
          span.end();
          metrics?.observeOutsideCall({ service: name, outcome, seconds: (clock.now() - startedAt) / 1000 });
          return answer;
        },
      );
  }
}

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const;

/** The cause is left out on purpose: a client's error may quote what was sent. */
function asNotAnswered(error: unknown): unknown {
  if (error instanceof NotAnswered) return error;
  if (error instanceof TaskCancelledError) return new NotAnswered('timeout', { isPassing: true });
  if (!(error instanceof OutboundRefused)) return error;
  const isPassing = error.reason === 'timeout' || error.reason === 'connection-failed';
  return new NotAnswered(error.reason, { isPassing });
}

function unavailable(error: unknown): OutsideAnswer {
  if (error instanceof NotAnswered) return { outcome: 'unavailable', reason: error.reason };
  if (error instanceof Error && isBrokenCircuitError(error)) return { outcome: 'unavailable', reason: 'circuit-open' };
  throw error;
}
