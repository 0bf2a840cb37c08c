import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * Where the next page of an activity begins, as the browser carries it: the id of an event and a mark that binds it to
 * the citizen. Anything else is no cursor (Hydra GO-2026-4807).
 */
export type ActivityCursor = {
  write(citizenId: string, eventId: number): string;
  /** Undefined when it was not written here for this citizen. */
  read(citizenId: string, cursor: unknown): number | undefined;
};

export function createActivityCursor(hash: KeyedHash): ActivityCursor {
  const write = (citizenId: string, eventId: number) =>
    `${eventId}.${hash(`activity-cursor:${citizenId}:${eventId}`).slice(0, 22)}`;
  return {
    write,
    read(citizenId, cursor) {
      if (typeof cursor !== 'string' || !/^\d{1,15}\.[\w-]{22}$/.test(cursor)) return undefined;
      const eventId = Number(cursor.split('.')[0]);
      return isEqual(cursor, write(citizenId, eventId)) ? eventId : undefined;
    },
  };
}

function isEqual(presented: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(expected));
}
