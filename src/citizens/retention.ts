import type { Clock } from '#platform/clock.ts';
import { DAY, HOUR } from '#platform/durations.ts';
import { type Rounds, startRounds } from '#platform/rounds.ts';

import type { ClosedAccounts } from './closed-accounts.ts';
import type { RememberedDevicesStore } from './remembered-devices-store.ts';

/** Erases what docs/retention.md says need not be kept any longer. Any number of instances may do it at once. */
type Retention = {
  run(): Promise<{ accountsErased: number; devicesForgotten: number; attachedRemoved: number }>;
};

type RetentionNeeds = {
  closedAccounts: Pick<ClosedAccounts, 'eraseDue'>;
  devices: Pick<RememberedDevicesStore, 'pruneExpired'>;
  attached: { pruneStale(goodBefore: number): Promise<number> };
  clock: Clock;
};

/** What a source said a year ago and nobody asked for since is of use to nobody. */
const STALE_FOR = 365 * DAY;

export function createRetention({ closedAccounts, devices, attached, clock }: RetentionNeeds): Retention {
  return {
    async run() {
      return {
        accountsErased: await closedAccounts.eraseDue(),
        devicesForgotten: await devices.pruneExpired(clock.now()),
        attachedRemoved: await attached.pruneStale(clock.now() - STALE_FOR),
      };
    },
  };
}

/** Every hour, and once after the start. */
export function keepRetention({ run }: Retention, { onError }: { onError(error: unknown): void }): Rounds {
  const rounds = startRounds({ work: run, everyMs: 1 * HOUR, onError });
  rounds.wake();
  return rounds;
}
