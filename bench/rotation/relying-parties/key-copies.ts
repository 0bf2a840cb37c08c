import type { FetchKeySet, KeySetAnswer } from './fetch-key-set.ts';
import { importKeys, type KeysByKid } from './own-verification.ts';

/** A relying party's own copy of our key set. It answers with what that relying party would use at this moment. */
export type KeyCopy = { current(): Promise<KeysByKid> };

type Copy = { keys: KeysByKid; askedAt: number; maxAgeMs: number };

/** A copy that is renewed when `isOver` says so, and kept when nobody answers, as `stale-if-error` allows. */
function renewedCopy(fetch: FetchKeySet, isOver: (copy: Copy, nowMs: number) => boolean): KeyCopy {
  let copy: Copy | undefined;
  let renewing: Promise<void> | undefined;

  async function renew(): Promise<void> {
    const askedAt = performance.now();
    const answer = await fetch().catch(() => undefined);
    if (answer !== undefined) copy = { keys: importKeys(answer.keys), askedAt, maxAgeMs: answer.maxAgeMs };
  }

  return {
    async current() {
      if (copy === undefined || isOver(copy, performance.now())) {
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      return copy?.keys ?? new Map();
    },
  };
}

/** Keeps its copy for a day and asks for nothing in between, whatever kid it meets. `errorMs` is by how much its clock is wrong. */
export function heldForADay(fetch: FetchKeySet, dayMs: number, errorMs = 0): KeyCopy {
  return renewedCopy(fetch, ({ askedAt }, now) => now - askedAt >= dayMs + errorMs);
}

/** Loads the key set every day at the same hour. */
export function loadedOnceADay(fetch: FetchKeySet, dayMs: number, hour: number): KeyCopy {
  const dayOf = (at: number) => Math.floor((at - hour * dayMs) / dayMs);
  return renewedCopy(fetch, ({ askedAt }, now) => dayOf(askedAt) !== dayOf(now));
}

/** RFC 9111: exactly as long as Cache-Control says. */
export function heldForMaxAge(fetch: FetchKeySet): KeyCopy {
  return renewedCopy(fetch, ({ askedAt, maxAgeMs }, now) => now - askedAt >= maxAgeMs);
}

/**
 * A cache of somebody else's in front of us: it asks one instance alone, obeys max-age, and when that instance fails it
 * goes on with what it has for a day (RFC 5861 section 4). Only then it is pointed elsewhere.
 */
export function createSharedCache(fetch: FetchKeySet, dayMs: number): FetchKeySet {
  let kept: { answer: KeySetAnswer; askedAt: number } | undefined;
  let asking: Promise<KeySetAnswer> | undefined;

  async function ask(): Promise<KeySetAnswer> {
    const askedAt = performance.now();
    const isUsable = kept !== undefined && askedAt - kept.askedAt < kept.answer.maxAgeMs + dayMs;
    const answer = await fetch({ onlyFirst: isUsable }).catch(() => undefined);
    if (answer !== undefined) kept = { answer, askedAt };
    if (kept === undefined) throw new Error('the cache in front has nothing');
    return answer ?? { ...kept.answer, maxAgeMs: 0 };
  }

  return async () => {
    const ageMs = kept === undefined ? 0 : performance.now() - kept.askedAt;
    if (kept !== undefined && ageMs < kept.answer.maxAgeMs)
      return { ...kept.answer, maxAgeMs: kept.answer.maxAgeMs - ageMs };
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
