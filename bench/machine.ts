import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

export type Machine = {
  date: string;
  processor: string;
  cores: number;
  memoryGigabytes: number;
  system: string;
  versions: Record<string, string>;
  commit: string;
  command: string;
  /** Processes that wanted a core before the run began, averaged over a minute: above 0.5 the machine was not ours alone. */
  loadBefore: number;
};

/** Where, when and with what: a figure means nothing without it. */
export function describeMachine(versions: Record<string, string>): Omit<Machine, 'loadBefore'> {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).concat('Z'),
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    versions: { node: process.versions.node, 'oidc-provider': installed('oidc-provider'), ...versions },
    commit:
      git(['rev-parse', '--short', 'HEAD']) +
      (git(['status', '--porcelain', 'src', 'package.json']) === '' ? '' : ' with changes'),
    command: `node bench/run.ts ${process.argv.slice(2).join(' ')}`.trim(),
  };
}

function installed(library: string): string {
  const path = new URL(`../node_modules/${library}/package.json`, import.meta.url);
  return String(JSON.parse(readFileSync(path, 'utf8')).version);
}

function git(args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
