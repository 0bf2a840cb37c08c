/** The load generator: a closed loop in which each of a fixed number of workers starts its next operation when the last is done. */

/** One operation; throws when anything about the answer is wrong. `note` records how long a named step took. */
export type Operation = (note: (step: string, startedAt: number) => void) => Promise<void>;

export type Load = {
  seconds: number;
  operations: number;
  /** What went wrong, and how often. */
  failures: Map<string, number>;
  /** Milliseconds, sorted. */
  latencies: readonly number[];
  steps: Map<string, readonly number[]>;
};

export async function generateLoad(
  operation: Operation,
  { concurrency, seconds }: { concurrency: number; seconds: number },
): Promise<Load> {
  const latencies: number[] = [];
  const steps = new Map<string, number[]>();
  const failures = new Map<string, number>();
  const note = (step: string, startedAt: number): void => {
    const taken = steps.get(step) ?? [];
    taken.push(performance.now() - startedAt);
    steps.set(step, taken);
  };
  const begin = performance.now();
  const end = begin + seconds * 1000;

  async function work(): Promise<void> {
    for (let now = begin; now < end; now = performance.now()) {
      try {
        await operation(note);
        latencies.push(performance.now() - now);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));

  return {
    seconds: (performance.now() - begin) / 1000,
    operations: latencies.length,
    failures,
    latencies: latencies.sort(ascending),
    steps: new Map([...steps].map(([step, taken]) => [step, taken.sort(ascending)])),
  };
}

/** Of a sorted list; 0 when it is empty. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ascending(a: number, b: number): number {
  return a - b;
}
