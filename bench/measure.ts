import type { Load, Operation } from './generate.ts';
import { generateLoad, percentile } from './generate.ts';
import { readCpu, readResidentMegabytes } from './processes.ts';
import type { Side } from './side.ts';

/** What one operation cost on one side; times in milliseconds, everything but rates and percentiles per operation. */
export type Figures = {
  cpuMs: number;
  childrenCpuMs: number;
  operationsPerSecond: number;
  p50: number;
  p99: number;
  redisCommands: number;
  roundTrips: number;
  redisCpuMs: number;
  databaseCpuMs: number;
  residentMegabytes: number;
  /** The share of its core that the server process used while it was asked. */
  serverBusy: number;
};

type Measurement = { figures: Figures; load: Load };

export async function measure(
  side: Side,
  operation: Operation,
  how: { concurrency: number; seconds: number },
): Promise<Measurement> {
  // The scrape that tells of the stores costs the server CPU of its own, so it stays outside of the two readings.
  const storesBefore = await side.readStores();
  const cpuBefore = readCpu(side.pid);
  const load = await generateLoad(operation, how);
  const cpu = readCpu(side.pid);
  const stores = await side.readStores();
  const perOperation = (after: number, before: number): number => (after - before) / Math.max(1, load.operations);

  return {
    load,
    figures: {
      cpuMs: perOperation(cpu.ownMs, cpuBefore.ownMs),
      childrenCpuMs: perOperation(cpu.childrenMs, cpuBefore.childrenMs),
      operationsPerSecond: load.operations / load.seconds,
      p50: percentile(load.latencies, 0.5),
      p99: percentile(load.latencies, 0.99),
      redisCommands: perOperation(stores.redisCommands, storesBefore.redisCommands),
      roundTrips: perOperation(stores.roundTrips, storesBefore.roundTrips),
      redisCpuMs: perOperation(stores.redisCpuMs, storesBefore.redisCpuMs),
      databaseCpuMs: perOperation(stores.databaseCpuMs, storesBefore.databaseCpuMs),
      residentMegabytes: readResidentMegabytes(side.pid),
      serverBusy: (cpu.ownMs - cpuBefore.ownMs) / (load.seconds * 1000),
    },
  };
}

/** Each figure's own median: the runs differ by noise, and no single run is the typical one in every figure. */
export function medianFigures(all: readonly Figures[]): Figures {
  const of = (name: keyof Figures): number => median(all.map((figures) => figures[name]));
  return {
    cpuMs: of('cpuMs'),
    childrenCpuMs: of('childrenCpuMs'),
    operationsPerSecond: of('operationsPerSecond'),
    p50: of('p50'),
    p99: of('p99'),
    redisCommands: of('redisCommands'),
    roundTrips: of('roundTrips'),
    redisCpuMs: of('redisCpuMs'),
    databaseCpuMs: of('databaseCpuMs'),
    residentMegabytes: of('residentMegabytes'),
    serverBusy: of('serverBusy'),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Where the median lies with 95 % confidence, whatever the distribution: the order statistics around it by the normal
 * approximation of the binomial. With fewer than six values it is their whole range.
 */
export function intervalOfMedian(values: readonly number[]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const below = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2) - 1);
  return [sorted[below] ?? Number.NaN, sorted.at(-1 - below) ?? Number.NaN];
}
