import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { SECOND } from '#platform/durations.ts';
import { DATA_KEYS_TOPIC, type DataKeyPurpose, openDataKeys } from './data-keys.ts';
import type { MasterKeys } from './master-keys.ts';
import { createSealer, type Sealer, sealingKeys } from './sealer.ts';

type Needs = {
  database: Database;
  masterKeys: MasterKeys;
  purpose: DataKeyPurpose;
  clock: Clock;
  changeFeed: Pick<ChangeFeed, 'onChange'>;
  onError(error: unknown): void;
  /** The end of the instance: nothing is read after it. */
  signal: AbortSignal;
};

const TRY_AGAIN_AFTER = 1 * SECOND;

/**
 * A sealer that follows the data keys of its purpose while the instance runs: one that a command adds is known within
 * seconds, long before it seals, and one that a command takes away is forgotten here as well.
 */
export async function keepSealer({ purpose, clock, changeFeed, onError, signal, ...where }: Needs): Promise<Sealer> {
  let keys = sealingKeys(await openDataKeys({ ...where, purpose }), clock);
  // One after another: what an earlier look found never takes the place of a later one's.
  let reading = Promise.resolve();
  changeFeed.onChange(DATA_KEYS_TOPIC, () => {
    reading = reading.then(readAgain);
  });
  return createSealer(() => keys());

  async function readAgain(): Promise<void> {
    try {
      keys = sealingKeys(await openDataKeys({ ...where, purpose }), clock);
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      setTimeout(() => {
        reading = reading.then(readAgain);
      }, TRY_AGAIN_AFTER).unref();
    }
  }
}
