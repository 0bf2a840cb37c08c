import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Real programs beside the tests. Each one, and each temporary folder, is told to a reaper process, which removes them
 * when this process is gone for whatever reason, SIGKILL included.
 */
export type RunningProcess = {
  pid: number;
  /** Everything the program has written so far, standard output and error together. */
  output(): string;
  /** Resolves with the exit code, or with 128 when a signal ended it. */
  exited: Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Sends the stop signal, waits, and kills what is still there after five seconds. */
  stop(): Promise<void>;
};

type ProcessToStart = {
  command: string;
  args: readonly string[];
  /** Added to the ordinary environment; nothing else is inherited. */
  env?: Record<string, string>;
  cwd?: string;
  /** Run as this user; only root may ask for it. */
  runAs?: { uid: number; gid: number };
  /** Ready when the output matches, or when the function says so. Without it the program counts as ready at once. */
  ready?: RegExp | (() => Promise<boolean>);
  /** Milliseconds. */
  readyWithin?: number;
  stopSignal?: NodeJS.Signals;
};

/** What every program is given. The code they all load is compiled once, for this run and the next. */
export function ordinaryEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? tmpdir(),
    LANG: 'C.UTF-8',
    NODE_COMPILE_CACHE: compiled,
  };
}

const compiled = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

export async function startProcess(wanted: ProcessToStart): Promise<RunningProcess> {
  const { command, args, stopSignal = 'SIGTERM' } = wanted;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ordinaryEnvironment(), ...wanted.env },
    ...(wanted.cwd === undefined ? {} : { cwd: wanted.cwd }),
    ...wanted.runAs,
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      output += `${command}: ${error.message}`;
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 128));
  });
  const pid = child.pid;
  if (pid === undefined) {
    await exited;
    throw new Error(`could not start ${command}: ${output}`);
  }
  // PostgreSQL removes its shared memory on SIGQUIT; everything else may simply be killed.
  tellReaper(`process ${pid} ${stopSignal === 'SIGINT' ? 'SIGQUIT' : 'SIGKILL'}`);
  void exited.then(() => tellReaper(`gone ${pid}`));

  const running: RunningProcess = {
    pid,
    output: () => output,
    exited,
    signal: (name) => child.kill(name),
    stop: () => stopChild(child, { stopSignal, exited }),
  };
  await waitUntilReady(running, wanted);
  return running;
}

/** A folder of this run alone, removed at the end of the run or by `remove`. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `panjereh-${name}-`));
  tellReaper(`folder ${path}`);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Asks again every 20 ms. For waiting on other processes; what our own clock decides is moved with the fake clock. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { within = 10_000, what = 'the condition' }: { within?: number; what?: string } = {},
): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${within} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function waitUntilReady(running: RunningProcess, wanted: ProcessToStart): Promise<void> {
  const { ready, readyWithin = 20_000 } = wanted;
  if (ready === undefined) return;
  let code: number | undefined;
  void running.exited.then((exitCode) => {
    code = exitCode;
  });
  const isReady = typeof ready === 'function' ? ready : async () => ready.test(running.output());
  try {
    await waitUntil(async () => code !== undefined || (await isReady()), {
      within: readyWithin,
      what: `${wanted.command} to be ready`,
    });
  } catch (cause) {
    await running.stop();
    throw new Error(`${wanted.command} did not become ready:\n${running.output()}`, { cause });
  }
  if (code !== undefined) throw new Error(`${wanted.command} ended with ${code}:\n${running.output()}`);
}

async function stopChild(
  child: ChildProcess,
  { stopSignal, exited }: { stopSignal: NodeJS.Signals; exited: Promise<number> },
): Promise<void> {
  child.kill(stopSignal);
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(killer);
}

let reaper: ChildProcess | undefined;

function tellReaper(line: string): void {
  if (reaper === undefined) {
    const file = fileURLToPath(new URL('./reaper.ts', import.meta.url));
    // Detached, so that Ctrl-C in the terminal does not end the reaper before its work.
    reaper = spawn(process.execPath, [file], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
    reaper.stdin?.on('error', () => {});
  }
  reaper.stdin?.write(`${line}\n`);
}
