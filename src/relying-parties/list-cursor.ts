import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyedHash } from '#platform/sealing/keyed-hash.ts';

/**
 * Where the next page of a list begins: the last client id, and a mark that binds it to the question that the list
 * answered. Anything else is no cursor (Hydra GO-2026-4807).
 */
export type ListCursor = {
  write(question: object, clientId: string): string;
  /** Undefined when it was not written here for this question. */
  read(question: object, cursor: string): string | undefined;
};

export function createListCursor(hash: KeyedHash): ListCursor {
  const write = (question: object, clientId: string) =>
    `${clientId}.${hash(`relying-parties-cursor:${JSON.stringify(question)}:${clientId}`).slice(0, 22)}`;
  return {
    write,
    read(question, cursor) {
      const clientId = /^([a-z0-9-]{1,64})\.[\w-]{22}$/.exec(cursor)?.[1];
      return clientId !== undefined && isEqual(cursor, write(question, clientId)) ? clientId : undefined;
    },
  };
}

function isEqual(presented: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(expected));
}
