import type { Answered } from './balancer.ts';

type Phase = 'warm-up' | 'calm' | 'rotating' | 'storm' | 'drill';

export type LatencyLine = { phase: string; path: string; answers: number; p50: number; p99: number };

/** How long answers took, by what was going on. */
export type Latencies = {
  note(answered: Answered): void;
  begin(phase: Phase): void;
  /** From now for a while, an instance is away: what is measured then is told apart. */
  disturb(ms: number): void;
  read(): LatencyLine[];
  /** The median of the blocks' own p99, each block weighing as much: one bad moment of the machine does not decide. */
  p99Of(phase: Phase): number;
};

export function createLatencies(): Latencies {
  /** Milliseconds by phase, block and path. */
  const blocks: { phase: string; byPath: Map<string, number[]> }[] = [];
  let current: { quiet: (typeof blocks)[number]; disturbed: (typeof blocks)[number] } | undefined;
  let disturbedUntil = 0;

  function newBlock(phase: string) {
    const block = { phase, byPath: new Map<string, number[]>() };
    blocks.push(block);
    return block;
  }

  return {
    note({ path, ms }) {
      const block = performance.now() < disturbedUntil ? current?.disturbed : current?.quiet;
      if (block === undefined) return;
      const known = block.byPath.get(path);
      if (known === undefined) block.byPath.set(path, [ms]);
      else known.push(ms);
    },
    begin(phase) {
      current = { quiet: newBlock(phase), disturbed: newBlock(`${phase}, an instance away`) };
    },
    disturb(ms) {
      disturbedUntil = Math.max(disturbedUntil, performance.now() + ms);
    },
    read() {
      const phases = [...new Set(blocks.map(({ phase }) => phase))];
      return phases.flatMap((phase) => {
        const ofPhase = blocks.filter((block) => block.phase === phase);
        const paths = [...new Set(ofPhase.flatMap(({ byPath }) => [...byPath.keys()]))].sort();
        const line = (path: string, all: number[]) => ({
          phase,
          path,
          answers: all.length,
          p50: quantile(all, 0.5),
          p99: quantile(all, 0.99),
        });
        const everything = ofPhase.flatMap(({ byPath }) => [...byPath.values()].flat());
        if (everything.length === 0) return [];
        return [
          line('all', everything),
          ...paths.map((path) =>
            line(
              path,
              ofPhase.flatMap(({ byPath }) => byPath.get(path) ?? []),
            ),
          ),
        ];
      });
    },
    p99Of(phase) {
      const ofBlocks = blocks
        .filter((block) => block.phase === phase)
        .map(({ byPath }) => [...byPath.values()].flat())
        .filter((all) => all.length > 0)
        .map((all) => quantile(all, 0.99));
      return quantile(ofBlocks, 0.5);
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
