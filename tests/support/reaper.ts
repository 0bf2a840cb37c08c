import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Runs beside a test process and listens on a pipe to it. When the pipe closes the test process is gone, and whatever
 * it left behind is ended and removed. Lines: `process <pid> <signal>`, `gone <pid>`, `folder <path>`.
 */
const signals = new Map<number, NodeJS.Signals>();
const folders: string[] = [];

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [kind, value = '', signal] = line.split(' ');
  if (kind === 'process') signals.set(Number(value), signal as NodeJS.Signals);
  if (kind === 'gone') signals.delete(Number(value));
  if (kind === 'folder') folders.push(value);
}

for (const [pid, signal] of signals) end(pid, signal);
for (let attempt = 0; attempt < 50 && [...signals.keys()].some(isAlive); attempt++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
for (const pid of signals.keys()) if (isAlive(pid)) end(pid, 'SIGKILL');
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended on its own in the meantime.
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
