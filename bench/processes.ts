import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** The server under measurement has this core to itself; the generator and the stores share the other. */
export const SERVER_CORE = 0;
export const GENERATOR_CORE = 1;

/** Linux counts process time in these (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** Every thread of this process, and what it starts from now on. */
export function pinThisProcess(core: number): void {
  pinProcess(process.pid, core);
}

/** Every thread of another process; what it has started stays where it is. */
export function pinProcess(pid: number, core: number): void {
  execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
}

/** One thread of another process, by the name it gave itself. */
export function pinThread(pid: number, { named, core }: { named: string; core: number }): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    if (readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim() !== named) continue;
    execFileSync('taskset', ['-cp', String(core), thread], { stdio: 'ignore' });
  }
}

/** `taskset` becomes the program it starts, so the pid and the IPC channel are the program's own. */
export function spawnPinned(
  args: readonly string[],
  { core, environment, withIpc = false }: { core: number; environment?: NodeJS.ProcessEnv; withIpc?: boolean },
): ChildProcess & { pid: number } {
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...args], {
    env: environment ?? process.env,
    stdio: ['ignore', withIpc ? 'inherit' : 'pipe', 'inherit', ...(withIpc ? (['ipc'] as const) : [])],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('taskset did not start; it is part of util-linux');
  return Object.assign(child, { pid });
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(timer);
}

type CpuReading = {
  /** CPU milliseconds of the process itself, all its threads. */
  ownMs: number;
  /** CPU milliseconds of its living descendants and of the children it has buried. */
  childrenMs: number;
};

/** From /proc/<pid>/stat (proc(5), fields 14 to 17); the resolution is 10 ms. */
export function readCpu(pid: number): CpuReading {
  const all = readStats();
  const own = all.get(pid);
  if (own === undefined) throw new Error(`process ${pid} is gone`);
  let childrenMs = own.buriedMs;
  for (const child of descendantsIn(all, pid)) {
    const stat = all.get(child);
    childrenMs += (stat?.ownMs ?? 0) + (stat?.buriedMs ?? 0);
  }
  return { ownMs: own.ownMs, childrenMs };
}

export function readResidentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

function descendantsIn(all: ReadonlyMap<number, Stat>, pid: number): number[] {
  const children = [...all].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendantsIn(all, child)]);
}

type Stat = { parent: number; ownMs: number; buriedMs: number };

function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  return stats;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
  // The second field is the program's name in brackets and may hold spaces; counting starts after it, at field 3.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ms = (field: number): number => ((fields[field - 3] ?? 0) * 1000) / TICKS_PER_SECOND;
  return {
    parent: fields[4 - 3] ?? 0,
    ownMs: ms(14) + ms(15),
    buriedMs: ms(16) + ms(17),
  };
}
