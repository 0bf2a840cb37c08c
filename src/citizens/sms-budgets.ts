import { DAY, HOUR } from '#platform/durations.ts';
import type { QuotaLimit, RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import type { MobileNumber } from './mobile-number.ts';
import type { MessageKind } from './text-messages.ts';

/**
 * How many codes leave by SMS. Each costs money and disturbs a person, and "SMS pumping" earns criminals a share of
 * the price. There are four purses, so that strangers who empty one cannot keep citizens from signing in: codes that
 * come after a right password, codes that anybody can ask for by typing a number, codes in the place of a puzzle, for
 * which a national code is enough, and notices of new devices.
 */
export type SmsBudgets = {
  /** Counts one message, or says how long to wait. Throws LimitsUnavailable. */
  spend(on: { kind: MessageKind; to: MobileNumber; network: string }): Promise<Spending>;
};

type Spending =
  /** Give it back when nothing was sent after all. */
  { outcome: 'within'; giveBack(): Promise<void> } | { outcome: 'spent'; retryAfterMs: number };
type Purse = 'after-a-password' | 'for-anybody' | 'in-place-of-a-puzzle' | 'notices';
export type BudgetAlarm = { purse: Purse; budget: 'nearly-all' | 'all' };

const BUDGETS = {
  'after-a-password': {
    /** A sign-in needs one; ten an hour are nine slips or a whole evening of different browsers. */
    numberInAnHour: 10,
    /** A family that shares a number signs in a few times a day each. */
    numberInADay: 40,
    /** Thousands share a mobile operator's address; whoever asks knows that many passwords. */
    network: 3_000,
    /** Twenty a second for an hour: ten times the worst quarter of an hour of an enrolment day. */
    all: 72_000,
  },
  'for-anybody': {
    /** A code, and it sent again four times: nobody is woken up by strangers more often than that. */
    numberInAnHour: 5,
    /** Several children enrol with one parent's number on one day. */
    numberInADay: 15,
    /** A registration hall or a dormitory behind one address: one in ten seconds. */
    network: 360,
    /** Five a second for an hour: 18,000 enrolments, a tenth of all first-year students of the country. */
    all: 18_000,
  },
  'in-place-of-a-puzzle': {
    /** For browsers without script, after wrong passwords: a code, and it sent again twice. */
    numberInAnHour: 3,
    /** Whoever still has not got in by then has forgotten the password, and its codes come from another purse. */
    numberInADay: 6,
    /** Few browsers have no script, and few of their people need it. */
    network: 60,
    /** One a second for an hour. */
    all: 3_600,
  },
  notices: {
    /** A new phone, its second browser and a new computer on one evening; a family shares the number. */
    numberInAnHour: 5,
    /** Who signs in from more new browsers in a day has heard it often enough, and reads the rest in the activity. */
    numberInADay: 10,
    /** A computer room on the first day of a term behind one address. */
    network: 1_000,
    /** Five a second for an hour, as many as the codes for anybody. */
    all: 18_000,
  },
} as const;

/** Those in charge hear of it while there is still something left. */
const NEARLY_ALL = 0.8;

type SmsBudgetsNeeds = {
  rateLimits: Pick<RateLimits, 'createQuota'>;
  keyedHash: KeyedHash;
  /** Called for every message beyond a mark; who listens decides how often to repeat it. */
  onAlarm(alarm: BudgetAlarm): void;
};

export function createSmsBudgets({ rateLimits, keyedHash, onAlarm }: SmsBudgetsNeeds): SmsBudgets {
  const openPurse = (purse: Purse) => {
    const { numberInAnHour, numberInADay, network, all } = BUDGETS[purse];
    const quota = (name: string, attempts: number, withinMs: number) =>
      rateLimits.createQuota({ name: `sms:${purse}:${name}`, attempts, withinMs });
    return {
      numberInAnHour: quota('number-hour', numberInAnHour, HOUR),
      numberInADay: quota('number-day', numberInADay, DAY),
      network: quota('network', network, HOUR),
      all: quota('all', all, HOUR),
    };
  };
  const purses = {
    'after-a-password': openPurse('after-a-password'),
    'for-anybody': openPurse('for-anybody'),
    'in-place-of-a-puzzle': openPurse('in-place-of-a-puzzle'),
    notices: openPurse('notices'),
  };

  return {
    async spend({ kind, to, network }) {
      const purse = purseOf(kind);
      const limits = purses[purse];
      const number = keyedHash(`sms-number:${to}`);
      const counters: { limit: QuotaLimit; key: string }[] = [
        { limit: limits.numberInAnHour, key: number },
        { limit: limits.numberInADay, key: number },
        { limit: limits.network, key: keyedHash(`sms-network:${network}`) },
        { limit: limits.all, key: 'all' },
      ];
      const taken = await Promise.all(counters.map(({ limit, key }) => limit.take(key)));
      const inAll = taken.at(-1);
      if (inAll?.allowed === false) onAlarm({ purse, budget: 'all' });
      const waits = taken.flatMap((each) => (each.allowed ? [] : [each.retryAfterMs]));
      if (waits.length === 0) {
        if ((inAll?.used ?? 0) > BUDGETS[purse].all * NEARLY_ALL) onAlarm({ purse, budget: 'nearly-all' });
        return {
          outcome: 'within',
          async giveBack() {
            await Promise.all(counters.map(({ limit, key }) => limit.giveBack(key)));
          },
        };
      }
      // What is not sent is not counted: a number that is asked for in vain does not use up the others' budgets.
      await Promise.all(counters.map(({ limit, key }, index) => taken[index]?.allowed && limit.giveBack(key)));
      return { outcome: 'spent', retryAfterMs: Math.max(...waits) };
    },
  };
}

function purseOf(kind: MessageKind): Purse {
  if (kind === 'new-device') return 'notices';
  if (kind === 'puzzle-way') return 'in-place-of-a-puzzle';
  return kind === 'sign-in-code' ? 'after-a-password' : 'for-anybody';
}
