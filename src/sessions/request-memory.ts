import type { Fields, StateRecord } from '#platform/state-store.ts';

/**
 * What a request has already read: reading a token also brings its grant and its session in the same round trip,
 * and the library asks for them a moment later. Nothing outlives the request; a write or removal forgets.
 */
export type RequestMemory = {
  remember(key: string, fields: Fields | undefined): void;
  /** `undefined`: never read in this request. `'absent'`: read, and not there. */
  recall(key: string): Fields | 'absent' | undefined;
  forget(key: string): void;
  /** Reads a record unless this request is reading it at this moment: then who asks second waits for the first. */
  readOnce(key: string, read: () => Reading): Reading;
};

type Reading = Promise<StateRecord | undefined>;
type Memory = { records: Map<string, Fields | 'absent'>; reading: Map<string, Reading> };

/** `request` answers with the object that stands for the request under way, or undefined outside of one. */
export function createRequestMemory(request: () => object | undefined): RequestMemory {
  const memories = new WeakMap<object, Memory>();

  function current(): Memory | undefined {
    const scope = request();
    if (scope === undefined) return undefined;
    const known = memories.get(scope);
    if (known !== undefined) return known;
    const fresh: Memory = { records: new Map(), reading: new Map() };
    memories.set(scope, fresh);
    return fresh;
  }

  return {
    remember: (key, fields) => void current()?.records.set(key, fields ?? 'absent'),
    recall: (key) => current()?.records.get(key),
    forget: (key) => void current()?.records.delete(key),
    readOnce(key, read) {
      const reading = current()?.reading;
      if (reading === undefined) return read();
      const known = reading.get(key);
      if (known !== undefined) return known;
      const mine = read().finally(() => reading.delete(key));
      reading.set(key, mine);
      return mine;
    },
  };
}
