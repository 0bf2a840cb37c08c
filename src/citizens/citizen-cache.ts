import { LRUCache } from 'lru-cache';

import type { Clock } from '#platform/clock.ts';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import { SECOND } from '#platform/durations.ts';

import type { Citizen } from './citizen.ts';
import { CITIZENS_TOPIC } from './citizens-store.ts';

/** oidc-provider asks for the same citizen three times a flow; this asks the database once until the citizen changes. */
export type CitizenCache = {
  /** At most 5 s behind the database, whatever the change feed does. Absent citizens are not remembered. */
  find(id: string): Promise<Citizen | undefined>;
  close(): void;
};

/** About 1 kB each: 20 MB at the most. */
const KEPT_CITIZENS = 20_000;

/** Citizens locked by an operator are out within 5 s; the last of them is for the question itself. */
const TRUSTED_WITHOUT_ASKING = 4 * SECOND;

export type CitizenCacheNeeds = {
  findById(id: string): Promise<Citizen | undefined>;
  changeFeed: Pick<ChangeFeed, 'onChange' | 'poll'>;
  clock: Clock;
};

export function createCitizenCache({ findById, changeFeed, clock }: CitizenCacheNeeds): CitizenCache {
  // Promises are kept, not citizens: those who miss together share one query, and forgetting one while its query
  // runs means that nobody who comes later gets that answer.
  const kept = new LRUCache<string, Promise<Citizen | undefined>>({
    max: KEPT_CITIZENS,
  });
  let confirmedAt = clock.now();
  let confirming: Promise<void> | undefined;

  const stopListening = changeFeed.onChange(CITIZENS_TOPIC, (key) => {
    if (key === '*') kept.clear();
    else kept.delete(key);
  });

  /** One poll for everybody, every few seconds: the feed may be slow, or its own polls may have failed. */
  async function confirm(): Promise<void> {
    const askedAt = clock.now();
    // A feed that cannot answer leaves nothing to rely on; what is read from now on is fresh by itself.
    await changeFeed.poll().catch(() => kept.clear());
    confirmedAt = askedAt;
    confirming = undefined;
  }

  function ask(id: string): Promise<Citizen | undefined> {
    const asked = findById(id);
    const forget = () => {
      if (kept.peek(id) === asked) kept.delete(id);
    };
    kept.set(id, asked);
    asked.then((citizen) => citizen ?? forget(), forget);
    return asked;
  }

  return {
    async find(id) {
      if (clock.now() - confirmedAt > TRUSTED_WITHOUT_ASKING) await (confirming ??= confirm());
      return kept.get(id) ?? ask(id);
    },
    close: stopListening,
  };
}
