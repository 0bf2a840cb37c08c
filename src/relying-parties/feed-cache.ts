import { LRUCache } from 'lru-cache';
import { type ChangeFeed, EVERYTHING } from '#platform/database/change-feed.ts';

/** Rows that are read on every request and change seldom, kept in the process until the change feed names them. */
type FeedCache<Value> = {
  /** The value, or undefined when there is no such row. Callers that miss at the same time share one query. */
  find(key: string): Promise<Value | undefined>;
  /** For the instance that made the change itself: it need not wait for the feed. */
  forget(key: string): void;
  close(): void;
};

type Needs<Value> = {
  changeFeed: Pick<ChangeFeed, 'onChange'>;
  topic: string;
  load: (key: string) => Promise<Value | undefined>;
  /** How many rows are kept. */
  size: number;
};

/** Strangers choose the keys of absent rows, so those are kept apart and can push nothing real out. */
const ABSENT_KEPT = 1000;

export function createFeedCache<Value extends object>({
  changeFeed,
  topic,
  load,
  size,
}: Needs<Value>): FeedCache<Value> {
  const present = new LRUCache<string, Value>({ max: size });
  const absent = new LRUCache<string, true>({ max: ABSENT_KEPT });
  const underWay = new Map<string, Promise<Value | undefined>>();

  const forget = (key: string) => {
    if (key === EVERYTHING) {
      present.clear();
      absent.clear();
      underWay.clear();
      return;
    }
    present.delete(key);
    absent.delete(key);
    underWay.delete(key);
  };

  return {
    async find(key) {
      const kept = present.get(key);
      if (kept !== undefined) return kept;
      if (absent.has(key)) return undefined;
      return underWay.get(key) ?? read(key);
    },
    forget,
    close: changeFeed.onChange(topic, forget),
  };

  function read(key: string): Promise<Value | undefined> {
    const reading = load(key)
      .then((value) => {
        // A change that arrived while the query ran took its entry away: the answer may be older than the change.
        if (underWay.get(key) !== reading) return value;
        if (value === undefined) absent.set(key, true);
        else present.set(key, value);
        return value;
      })
      .finally(() => {
        if (underWay.get(key) === reading) underWay.delete(key);
      });
    underWay.set(key, reading);
    return reading;
  }
}
