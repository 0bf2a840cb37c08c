import { LRUCache } from 'lru-cache';

import { type ChangeFeed, EVERYTHING } from '#platform/database/change-feed.ts';
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

/** Whoever is locked is out within 5 s: the feed may have been silent for so long, and the rest is for asking it. */
const TRUSTED_SILENCE = 4 * SECOND;

type CitizenCacheNeeds = {
  findById(id: string): Promise<Citizen | undefined>;
  changeFeed: Pick<ChangeFeed, 'onChange' | 'poll' | 'silentForMs'>;
};

export function createCitizenCache({ findById, changeFeed }: CitizenCacheNeeds): CitizenCache {
  // Promises are kept, not citizens: those who miss together share one query, and forgetting one while its query
  // runs means that nobody who comes later gets that answer.
  const kept = new LRUCache<string, Promise<Citizen | undefined>>({ max: KEPT_CITIZENS });
  let confirming: Promise<void> | undefined;

  const stopListening = changeFeed.onChange(CITIZENS_TOPIC, (key) => {
    if (key === EVERYTHING) kept.clear();
    else kept.delete(key);
  });

  /** One poll for everybody. A feed that cannot answer leaves nothing to rely on but the database itself. */
  function confirm(): Promise<void> {
    confirming ??= changeFeed
      .poll()
      .catch(() => kept.clear())
      .finally(() => {
        confirming = undefined;
      });
    return confirming;
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
      if (changeFeed.silentForMs() > TRUSTED_SILENCE) await confirm();
      return kept.get(id) ?? ask(id);
    },
    close: stopListening,
  };
}
