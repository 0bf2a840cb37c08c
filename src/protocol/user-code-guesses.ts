import type { IncomingMessage } from 'node:http';
import { errors, Provider } from 'oidc-provider';
import { HOUR, MINUTE } from '#platform/durations.ts';
import type { RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';
import type { Adapter } from '#sessions/adapter.ts';

/**
 * A code that is short enough to type is short enough to guess (RFC 8628 section 5.1). Of 20^8 codes this leaves a
 * network under 2,000 a day: with ten thousand devices waiting at every moment, a hit once in three years.
 */
const WRONG_CODES = { free: 20, withinMs: 1 * HOUR, firstWaitMs: 1 * MINUTE, longestWaitMs: 1 * MINUTE } as const;

/** Shown on the page where the code is entered. */
export class TooManyUserCodes extends errors.CustomOIDCProviderError {
  override name = 'TooManyUserCodes';
  override status = 429;
  override statusCode = 429;

  constructor() {
    super('slow_down', 'too many wrong user codes');
  }
}

type Needs = { rateLimits: RateLimits; hash: KeyedHash; networkOf(request: IncomingMessage): string };

export function createUserCodeGuesses({ rateLimits, hash, networkOf }: Needs) {
  const limit = rateLimits.createGrowingWait({ name: 'device:wrong-codes', ...WRONG_CODES });
  const networks = new WeakMap<IncomingMessage, string>();

  return {
    /** Before the request loses the headers that name its network. */
    noteNetwork: (request: IncomingMessage) => void networks.set(request, networkOf(request)),

    /** Counts every code before it is looked up, and gives back the right ones. */
    guard: (adapter: Adapter): Adapter => ({
      ...adapter,
      async findByUserCode(userCode) {
        const request = Provider.ctx?.req;
        const key = hash(`user-code-network:${(request && networks.get(request)) ?? 'unknown'}`);
        const taken = await limit.take(key);
        if (!taken.allowed) throw new TooManyUserCodes();
        const found = await adapter.findByUserCode(userCode);
        if (found !== undefined) await limit.giveBack(key);
        return found;
      },
    }),
  };
}
