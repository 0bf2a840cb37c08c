import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { RateLimit, RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import type { KnownDevices } from './known-devices.ts';
import type { NationalCode } from './national-code.ts';

/**
 * How often a password may be tried. Only wrong passwords count in the end: a right one is given back. A national code
 * that nobody has is counted like any other, so that being slowed down does not tell who exists.
 *
 * When the store of the counters is down every attempt fails, from known devices too: guesses would go uncounted, and
 * nothing is lost by it, since a sign-in keeps its session in that same store.
 */
export type SignInAttempts = {
  /**
   * Without a solved puzzle a try that has to come with one is turned away uncounted. 'not-asked' is for whoever is
   * signed in already and gives the password once more: there the limits alone hold.
   */
  begin(attempt: AttemptFrom & { hasSolvedPuzzle: HasSolvedPuzzle }): Promise<Begun>;
  /** Whether the next try from there has to come with a solved puzzle: what a page asks before it is shown again. */
  wantsPuzzle(attempt: AttemptFrom): Promise<boolean>;
};

export type HasSolvedPuzzle = boolean | 'not-asked';
export type AttemptFrom = { nationalCode: NationalCode; network: string; device: string | undefined };

export type Begun =
  | { outcome: 'begun'; attempt: Attempt }
  | { outcome: 'slow-down'; retryAfterMs: number }
  | { outcome: 'puzzle-needed' };

type Attempt = {
  /** The password was right. Answers the device cookie that makes this browser known for this account. */
  succeed(): Promise<string>;
  /** It was wrong. */
  fail(): Promise<void>;
  /** The password was never looked at. */
  abandon(): Promise<void>;
};

const LIMITS = {
  /** A person at their own browser: ten slips before any wait, and never more than a quarter of an hour. */
  knownDevice: {
    free: 10,
    withinMs: HOUR,
    firstWaitMs: 30 * SECOND,
    longestWaitMs: 15 * MINUTE,
  },
  /** One account from one place: enough for a forgotten keyboard layout, too few to try a list of passwords. */
  accountAndNetwork: {
    free: 5,
    withinMs: HOUR,
    firstWaitMs: MINUTE,
    longestWaitMs: HOUR,
  },
  /**
   * One account from many places. 20 free and then at most one in 20 minutes is under 100 guesses a day, the ceiling
   * of NIST SP 800-63B section 3.2.2. The owner's known devices are not held up by it.
   */
  account: {
    free: 20,
    withinMs: DAY,
    firstWaitMs: 30 * SECOND,
    longestWaitMs: 20 * MINUTE,
  },
  /**
   * Many accounts from one place. Mobile operators and dormitories put thousands of people behind one address:
   * 2,000 sign-ins in an hour with one slip in twenty are 100 an hour, and this leaves them twelve times that.
   */
  network: { attempts: 300, withinMs: 15 * MINUTE },
  /**
   * One account with the right password. Nobody signs in every twelve seconds for an hour, except to keep the
   * processors busy: at 27 ms each this leaves an account 8 s of one core. Strangers cannot use it up.
   */
  signIns: { attempts: 300, withinMs: HOUR },
} as const;

/**
 * After how many wrong passwords from devices that are not known every further try costs a puzzle: lower marks on the
 * same counters. Two slips are everybody's; what is meant are programs, which try one password on many accounts or
 * many passwords on one.
 */
const PUZZLE_AFTER = {
  accountAndNetwork: 3,
  account: 10,
  /** A dormitory of 2,000 has some 25 slips in a quarter of an hour, see above. */
  network: 60,
} as const;

type SignInAttemptsNeeds = {
  rateLimits: RateLimits;
  keyedHash: KeyedHash;
  knownDevices: KnownDevices;
};

export function createSignInAttempts({ rateLimits, keyedHash, knownDevices }: SignInAttemptsNeeds): SignInAttempts {
  const growing = rateLimits.createGrowingWait;
  const limits = {
    knownDevice: growing({ name: 'sign-in:known-device', ...LIMITS.knownDevice }),
    accountAndNetwork: growing({ name: 'sign-in:account-network', ...LIMITS.accountAndNetwork }),
    account: growing({ name: 'sign-in:account', ...LIMITS.account }),
    network: rateLimits.createQuota({ name: 'sign-in:network', ...LIMITS.network }),
    signIns: rateLimits.createQuota({ name: 'sign-in:successes', ...LIMITS.signIns }),
  };

  /** The counters' names are keyed hashes: a dump of Redis does not tell who tried to sign in, or from where. */
  function countersOf({ nationalCode, network, device: cookie }: AttemptFrom) {
    const account = keyedHash(`sign-in-account:${nationalCode}`);
    const device = knownDevices.findDevice(cookie, account);
    const signIns: Counter = { limit: limits.signIns, key: account };
    // The owner's own slips are forgiven where they made them; those of strangers elsewhere stay counted.
    const guesses: Guesses =
      device === undefined
        ? {
            forgiven: {
              limit: limits.accountAndNetwork,
              key: keyedHash(`sign-in-account-network:${account}:${network}`),
              puzzleAfter: PUZZLE_AFTER.accountAndNetwork,
            },
            others: [
              { limit: limits.account, key: account, puzzleAfter: PUZZLE_AFTER.account },
              {
                limit: limits.network,
                key: keyedHash(`sign-in-network:${network}`),
                puzzleAfter: PUZZLE_AFTER.network,
              },
            ],
          }
        : {
            forgiven: { limit: limits.knownDevice, key: keyedHash(`sign-in-device:${device}:${account}`) },
            others: [],
          };
    return { account, signIns, ...guesses };
  }

  return {
    async wantsPuzzle(attempt) {
      const { forgiven, others } = countersOf(attempt);
      const dear = [forgiven, ...others].map(
        async ({ limit, key, puzzleAfter }) => puzzleAfter !== undefined && (await limit.used(key)) >= puzzleAfter,
      );
      return (await Promise.all(dear)).includes(true);
    },

    async begin({ hasSolvedPuzzle, ...from }) {
      const { account, signIns, forgiven, others } = countersOf(from);
      // Counted before the password is looked at, so that many at once are not all free.
      const guesses = await takeAll([forgiven, ...others]);
      // Last and only for those who may guess: strangers who are turned away must not hold it while the owner comes.
      const mayGuess = guesses.every(({ allowed }) => allowed);
      const taken = mayGuess ? [...guesses, ...(await takeAll([signIns]))] : guesses;
      const back = () => giveBack(taken.filter(({ allowed }) => allowed));
      const isFree = taken.every(({ used, puzzleAfter }) => puzzleAfter === undefined || used <= puzzleAfter);
      if (!isFree && hasSolvedPuzzle === false) {
        await back();
        return { outcome: 'puzzle-needed' };
      }
      const waits = taken.flatMap((each) => (each.allowed ? [] : [each.retryAfterMs]));
      if (waits.length > 0) {
        await back();
        return { outcome: 'slow-down', retryAfterMs: Math.max(...waits) };
      }

      return {
        outcome: 'begun',
        attempt: {
          async succeed() {
            await Promise.all([forgiven.limit.forget(forgiven.key), giveBack(others)]);
            return knownDevices.remember(from.device, account);
          },
          fail: () => giveBack([signIns]),
          abandon: back,
        },
      };
    },
  };
}

/** `puzzleAfter`: with more than so many used, the next one costs a puzzle. */
type Counter = { limit: RateLimit; key: string; puzzleAfter?: number };
type Guesses = { forgiven: Counter; others: readonly Counter[] };

async function takeAll(counters: readonly Counter[]) {
  return Promise.all(counters.map(async (counter) => ({ ...counter, ...(await counter.limit.take(counter.key)) })));
}

async function giveBack(counters: readonly Counter[]): Promise<void> {
  await Promise.all(counters.map(({ limit, key }) => limit.giveBack(key)));
}
