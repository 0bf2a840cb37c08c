import { mkdirSync, writeFileSync } from 'node:fs';
import type { Compared } from './compare.ts';
import type { Machine } from './machine.ts';

/** A figure that stands alone, such as the rate of password sign-ins against that of bare argon2. */
export type Finding = { id: string; what: string; measured: string; target: string; met: boolean };

export type Result = { machine: Machine; method: string; compared: Compared[]; findings: Finding[] };

export function writeReport(result: Result, name: string): { json: string; markdown: string } {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(new URL(`${name}.md`, folder), renderMarkdown(result));
  return { json: `bench/results/${name}.json`, markdown: `bench/results/${name}.md` };
}

export function renderMarkdown({ machine, method, compared, findings }: Result): string {
  const versions = Object.entries(machine.versions).map(([library, version]) => `${library} ${version}`);
  return `${[
    `# Measured on ${machine.date.slice(0, 10)}`,
    '',
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GiB, ${machine.system}; ${versions.join(', ')}; commit ${machine.commit}; \`${machine.command}\`.`,
    '',
    method,
    '',
    ...renderDisturbance(machine),
    ...renderCompared(compared),
    ...renderFindings(findings),
  ].join('\n')}\n`;
}

function renderDisturbance({ loadBefore }: Machine): string[] {
  if (loadBefore < 0.5) return [];
  return [
    `**The machine was busy with other work** (load ${loadBefore.toFixed(1)} when the run began): CPU per operation is higher than on a quiet one, latencies say little, and only the ratios may be read.`,
    '',
  ];
}

function renderCompared(compared: readonly Compared[]): string[] {
  if (compared.length === 0) return [];
  const concurrencies = [...new Set(compared.map(({ concurrency }) => concurrency))];
  return concurrencies.flatMap((concurrency) => [
    `## Against bare oidc-provider, ${concurrency} at a time`,
    '',
    '| | operation | CPU ms ours / bare | ratio (range) | target | per second ours / bare | p50 ms | p99 ms | Redis commands | round trips | CPU ms Redis / PostgreSQL | RSS MB |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...compared.filter((line) => line.concurrency === concurrency).map(renderLine),
    '',
    ...compared
      .filter((line) => line.concurrency === concurrency)
      .flatMap(({ id, failures }) =>
        failures.map(
          ({ side, reason, times }) => `- **${id}, ${side}: ${times} failed**: ${reason.replace(/\s+/g, ' ')}`,
        ),
      ),
    '',
  ]);
}

function renderLine({ id, operation, ours, bare, cpuRatio, cpuRatioRange, target }: Compared): string {
  const both = (a: number, b: number, digits: number): string => `${a.toFixed(digits)} / ${b.toFixed(digits)}`;
  const [least, most] = cpuRatioRange;
  return `| ${[
    id,
    operation,
    both(ours.cpuMs, bare.cpuMs, 3),
    `**${cpuRatio.toFixed(2)}** (${least.toFixed(2)} to ${most.toFixed(2)})`,
    `≤ ${target} ${cpuRatio <= target ? '✓' : '✗'}`,
    both(ours.operationsPerSecond, bare.operationsPerSecond, 0),
    both(ours.p50, bare.p50, 1),
    both(ours.p99, bare.p99, 1),
    ours.redisCommands.toFixed(1),
    ours.roundTrips.toFixed(1),
    both(ours.redisCpuMs, ours.databaseCpuMs, 3),
    both(ours.residentMegabytes, bare.residentMegabytes, 0),
  ].join(' | ')} |`;
}

function renderFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return [
    '## Against its own limits',
    '',
    '| | what | measured | target |',
    '|---|---|---|---|',
    ...findings.map(
      ({ id, what, measured, target, met }) => `| ${id} | ${what} | ${measured} | ${target} ${met ? '✓' : '✗'} |`,
    ),
    '',
  ];
}
