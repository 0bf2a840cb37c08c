import { DAY } from '#platform/durations.ts';

/**
 * A promise outlives the setting that made it. A relying party that cached our keys under yesterday's promise of
 * 24 hours keeps them that long even if today's setting says one hour, and a token signed for ten hours lives ten
 * hours. So every change of these settings is written down, and each one counts until the last thing done under it
 * is over.
 */
export type WindowPromise = {
  since: number;
  /** How long a key set fetched under this promise may be in use. Milliseconds. */
  keySet: number;
  /** How long a token signed under this promise may be presented. Milliseconds. */
  token: number;
};

/** A restart of all instances with new settings is over within a day; until then the old settings may still act. */
const ROLLOUT = 1 * DAY;

/** The moment from which nothing done before `at` can be in use any more. */
export function promisesKeptAt(at: number, promises: readonly WindowPromise[], what: 'keySet' | 'token'): number {
  const ends = promises.map((promise, index) => {
    const successor = promises[index + 1];
    const lastUse = successor === undefined ? at : Math.min(at, successor.since + ROLLOUT);
    return lastUse + promise[what];
  });
  return Math.max(at, ...ends);
}
