import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** One process of the demo. */
export type Service = {
  name: string;
  /** Arguments for the Node that runs us. */
  args: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Answers 200 once the service can be used. */
  readyUrl: string;
  logFile: string;
  readyWithinMs: number;
};

export type RunningService = {
  name: string;
  logFile: string;
  /** Resolves when the process has ended, however that came about. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Resolves when the service answers; rejects with the reason when it ends or is not ready in time. */
  ready: Promise<void>;
  /** Asks the process to end, and ends it after ten seconds in which it did not. */
  stop(): Promise<void>;
};

const POLL_EVERY = 80;
const STOP_WITHIN = 10_000;

export function startService(service: Service): RunningService {
  const log = openSync(service.logFile, 'w', 0o600);
  // A process group of its own: Ctrl-C in the terminal reaches us alone, and we decide who ends when.
  const child = spawn(process.execPath, service.args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...service.environment },
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 1, signal: null }));
  });
  return {
    name: service.name,
    logFile: service.logFile,
    ended,
    ready: untilReady({ service, child }),
    stop: () => stop({ child, ended }),
  };
}

/** The end of a log, for the person who has to find out why a service died. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

async function untilReady({ service, child }: { service: Service; child: ChildProcess }): Promise<void> {
  const until = performance.now() + service.readyWithinMs;
  while (performance.now() < until) {
    if (hasEnded(child)) throw new Error(`${service.name} ended before it was ready`);
    if (await answers(service.readyUrl)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
  }
  throw new Error(`${service.name} was not ready within ${service.readyWithinMs / 1000} s`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000), redirect: 'manual' });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function stop({ child, ended }: { child: ChildProcess; ended: Promise<unknown> }): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
  await ended;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
