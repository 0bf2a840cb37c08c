import type { Fields } from '#platform/state-store.ts';

/**
 * What a request has already read: reading a token also brings its grant and its session in the same round trip,
 * and the library asks for them a moment later. Nothing outlives the request; a write or removal forgets.
 */
export type RequestMemory = {
  remember(key: string, fields: Fields | undefined): void;
  /** `undefined`: never read in this request. `'absent'`: read, and not there. */
  recall(key: string): Fields | 'absent' | undefined;
  forget(key: string): void;
};

/** `request` answers with the object that stands for the request under way, or undefined outside of one. */
export function createRequestMemory(request: () => object | undefined): RequestMemory {
  const memories = new WeakMap<object, Map<string, Fields | 'absent'>>();

  function current(): Map<string, Fields | 'absent'> | undefined {
    const scope = request();
    if (scope === undefined) return undefined;
    const known = memories.get(scope);
    if (known !== undefined) return known;
    const fresh = new Map<string, Fields | 'absent'>();
    memories.set(scope, fresh);
    return fresh;
  }

  return {
    remember: (key, fields) => void current()?.set(key, fields ?? 'absent'),
    recall: (key) => current()?.get(key),
    forget: (key) => void current()?.delete(key),
  };
}
