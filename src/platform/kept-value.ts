import type { Clock } from './clock.ts';

/** One value that is read at most once in a while, however many ask for it. */
type KeptValue<Value> = {
  get(): Promise<Value>;
  /** The next to ask reads it anew. */
  forget(): void;
};

type Needs<Value> = { read(): Promise<Value>; forMs: number; clock: Clock };

/** Those who ask while it is read share one reading. When that fails, the value before is as good as it was. */
export function createKeptValue<Value>({ read, forMs, clock }: Needs<Value>): KeptValue<Value> {
  let kept: { value: Value; at: number } | undefined;
  let reading: Promise<Value> | undefined;
  let isStale = false;

  async function readAnew(): Promise<Value> {
    const at = clock.now();
    isStale = false;
    try {
      kept = { value: await read(), at };
    } catch (error) {
      if (kept === undefined) throw error;
      // Whoever cannot be asked is not asked again by every page.
      kept = { value: kept.value, at };
    }
    return kept.value;
  }

  return {
    async get() {
      if (kept !== undefined && !isStale && clock.now() - kept.at < forMs) return kept.value;
      reading ??= readAnew().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    forget() {
      isStale = true;
    },
  };
}
