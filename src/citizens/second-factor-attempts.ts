import type { AuditEvents } from '#audit/events.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#platform/durations.ts';
import type { RateLimit, RateLimits } from '#platform/rate-limits.ts';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

import type { KnownDevices } from './known-devices.ts';

/**
 * How often a second factor may be tried: codes of an app, codes by SMS, recovery codes. Whoever comes here knows the
 * password already, so a device is known only after a whole sign-in with a second factor, never by the password alone.
 * A right one is given back; the store of the counters being down stops every try.
 */
export type SecondFactorAttempts = {
  /** Throws LimitsUnavailable. */
  begin(attempt: {
    citizenId: string;
    network: string;
    /** The device cookie, as the browser sent it. */
    device: string | undefined;
  }): Promise<{ outcome: 'begun'; attempt: SecondFactorAttempt } | { outcome: 'slow-down'; retryAfterMs: number }>;
};

type SecondFactorAttempt = {
  /** It was right. Answers the device cookie that makes this browser known for this citizen's second factor. */
  succeed(): Promise<string>;
  /** It was never looked at. */
  abandon(): Promise<void>;
};

const LIMITS = {
  /** The owner at their own browser: ten slips before any wait, never more than a quarter of an hour. */
  knownDevice: { free: 10, withinMs: HOUR, firstWaitMs: 30 * SECOND, longestWaitMs: 15 * MINUTE },
  /** One citizen from one place that is not known. */
  citizenAndNetwork: { free: 5, withinMs: HOUR, firstWaitMs: MINUTE, longestWaitMs: HOUR },
  /**
   * One citizen from many places, by somebody who has the password. Three codes of an app in a million are right at any
   * moment: 10 tries and then one in three hours is one chance in 20,000 a day, and NIST SP 800-63B-4 section 3.2.2
   * would allow 100 tries.
   */
  citizen: { free: 10, withinMs: DAY, firstWaitMs: MINUTE, longestWaitMs: 3 * HOUR },
} as const;

type SecondFactorAttemptsNeeds = {
  rateLimits: RateLimits;
  keyedHash: KeyedHash;
  knownDevices: KnownDevices;
  audit: Pick<AuditEvents, 'secondFactorSlowedDown'>;
};

export function createSecondFactorAttempts(needs: SecondFactorAttemptsNeeds): SecondFactorAttempts {
  const { rateLimits, keyedHash, knownDevices, audit } = needs;
  const growing = rateLimits.createGrowingWait;
  const limits = {
    knownDevice: growing({ name: 'second-factor:known-device', ...LIMITS.knownDevice }),
    citizenAndNetwork: growing({ name: 'second-factor:citizen-network', ...LIMITS.citizenAndNetwork }),
    citizen: growing({ name: 'second-factor:citizen', ...LIMITS.citizen }),
  };

  return {
    async begin({ citizenId, network, device: cookie }) {
      const citizen = keyedHash(`second-factor-citizen:${citizenId}`);
      const device = knownDevices.findDevice(cookie, citizen);
      const fromHere = {
        limit: limits.citizenAndNetwork,
        key: keyedHash(`second-factor-citizen-network:${citizenId}:${network}`),
      };
      const atDevice = {
        limit: limits.knownDevice,
        key: keyedHash(`second-factor-device:${device}:${citizenId}`),
      };
      // The owner's own slips are forgiven where they were made; those of strangers elsewhere stay counted.
      const forgiven: Counter = device === undefined ? fromHere : atDevice;
      const others: Counter[] = device === undefined ? [{ limit: limits.citizen, key: citizen }] : [];
      const counters = [forgiven, ...others];

      const taken = await Promise.all(counters.map(({ limit, key }) => limit.take(key)));
      const waits = taken.flatMap((each) => (each.allowed ? [] : [each.retryAfterMs]));
      if (waits.length > 0) {
        await giveBack(counters.filter((_, index) => taken[index]?.allowed));
        await audit.secondFactorSlowedDown({ citizenId, network, knownDevice: device !== undefined });
        return { outcome: 'slow-down', retryAfterMs: Math.max(...waits) };
      }
      return {
        outcome: 'begun',
        attempt: {
          async succeed() {
            await Promise.all([forgiven.limit.forget(forgiven.key), giveBack(others)]);
            return knownDevices.remember(cookie, citizen);
          },
          abandon: () => giveBack(counters),
        },
      };
    },
  };
}

type Counter = { limit: RateLimit; key: string };

async function giveBack(counters: readonly Counter[]): Promise<void> {
  await Promise.all(counters.map(({ limit, key }) => limit.giveBack(key)));
}
