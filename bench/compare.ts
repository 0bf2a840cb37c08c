import type { Comparison } from './comparisons.ts';
import type { Operation } from './generate.ts';
import { generateLoad } from './generate.ts';
import type { Figures } from './measure.ts';
import { intervalOfMedian, measure, median, medianFigures } from './measure.ts';
import type { Side } from './side.ts';
import type { Visitor } from './workloads.ts';

export type Plan = { pairs: number; seconds: number; warmUpSeconds: number; concurrency: number };

export type Compared = {
  id: string;
  operation: string;
  target: number;
  concurrency: number;
  ours: Figures;
  bare: Figures;
  /** Ours divided by the yardstick, of CPU per operation: the median of the pairs, where it lies with 95 % confidence, and their range. */
  cpuRatio: number;
  cpuRatioInterval: [number, number];
  cpuRatioRange: [number, number];
  rateRatio: number;
  failures: { side: string; reason: string; times: number }[];
};

/** A B B A A B …: the two sides in turn and each first as often, so that whatever else the machine does meets both. */
export async function compare(
  { ours, bare }: { ours: Visitor; bare: Visitor },
  comparison: Comparison,
  plan: Plan,
): Promise<Compared> {
  const failures: Compared['failures'] = [];
  const sides = [
    { side: ours.side, operation: comparison.ours(ours), figures: [] as Figures[] },
    { side: bare.side, operation: comparison.bare(bare), figures: [] as Figures[] },
  ] as const;
  for (const { side, operation } of sides) {
    await side.takeTurn?.();
    await generateLoad(operation, { concurrency: plan.concurrency, seconds: plan.warmUpSeconds });
  }
  for (let pair = 0; pair < plan.pairs; pair += 1) {
    for (const { side, operation, figures } of pair % 2 === 0 ? sides : sides.toReversed())
      figures.push(await measureOnce({ side, operation, plan, failures }));
  }

  const [our, their] = sides;
  const cpuRatios = ratios(our.figures, their.figures, 'cpuMs');
  return {
    id: comparison.id,
    operation: comparison.operation,
    target: comparison.target,
    concurrency: plan.concurrency,
    ours: medianFigures(our.figures),
    bare: medianFigures(their.figures),
    cpuRatio: median(cpuRatios),
    cpuRatioInterval: intervalOfMedian(cpuRatios),
    cpuRatioRange: [Math.min(...cpuRatios), Math.max(...cpuRatios)],
    rateRatio: median(ratios(our.figures, their.figures, 'operationsPerSecond')),
    failures,
  };
}

async function measureOnce({
  side,
  operation,
  plan,
  failures,
}: {
  side: Side;
  operation: Operation;
  plan: Plan;
  failures: Compared['failures'];
}): Promise<Figures> {
  await side.takeTurn?.();
  const { figures, load } = await measure(side, operation, plan);
  for (const [reason, times] of load.failures) failures.push({ side: side.name, reason, times });
  return figures;
}

function ratios(ours: readonly Figures[], bare: readonly Figures[], figure: keyof Figures): number[] {
  return ours.map((figures, pair) => figures[figure] / (bare[pair]?.[figure] ?? Number.NaN));
}
