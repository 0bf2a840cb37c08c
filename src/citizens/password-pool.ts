import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import { type Clock, systemClock } from '#platform/clock.ts';
import { SECOND } from '#platform/durations.ts';

import { HASHES_PER_WORKER_AND_SECOND } from './password-cost.ts';

/** Hashes passwords in processes of their own, at low priority and behind a bounded queue. */
export type PasswordPool = {
  /** A PHC string. Throws PoolFull, PasswordWorkFailed. */
  hash(password: string): Promise<string>;
  /** Throws PoolFull, PasswordWorkFailed. */
  verify(check: { hash: string; password: string }): Promise<boolean>;
  /** How many wait for a worker. */
  queued(): number;
  /** Finishes what was accepted, then ends the workers. */
  close(): Promise<void>;
};

export type PasswordRequest = { verb: 'hash'; password: string } | { verb: 'verify'; hash: string; password: string };
export type PasswordAnswer = { hash: string } | { matches: boolean } | { failed: true };

/** More people sign in at once than the processors can check. Answer 503 with Retry-After. */
export class PoolFull extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('the queue of passwords to check is full');
    this.retryAfterMs = retryAfterMs;
  }
}

/** The work was not done; says nothing about the password. */
export class PasswordWorkFailed extends Error {}

/** Nobody waits longer than this for an answer: who would, is told at once to come back after it. */
const LONGEST_WAIT = 5 * SECOND;

/** A thousand times what a hash takes on an idle machine: a worker that is silent for longer hangs, and is ended. */
const LONGEST_JOB = 30 * SECOND;

type Job = {
  request: PasswordRequest;
  since: number;
  resolve(answer: PasswordAnswer): void;
  reject(error: Error): void;
};
type Worker = { process: ChildProcess; job?: Job; deadline?: NodeJS.Timeout };

export type PasswordPoolOptions = {
  /** One core stays with the event loop of the provider. */
  workers?: number;
  /** How many may wait; as many as the workers get done in 5 s. */
  queueLimit?: number;
  longestJobMs?: number;
  clock?: Clock;
  /** Milliseconds that a job waited for a worker, for the metrics. */
  onWaited?: (ms: number) => void;
};

export function createPasswordPool({
  workers = Math.max(1, availableParallelism() - 1),
  queueLimit = (workers * HASHES_PER_WORKER_AND_SECOND * LONGEST_WAIT) / SECOND,
  longestJobMs = LONGEST_JOB,
  clock = systemClock,
  onWaited = () => {},
}: PasswordPoolOptions = {}): PasswordPool {
  const waiting: Job[] = [];
  const crew = new Set<Worker>();
  let closing = false;
  let whenIdle: (() => void) | undefined;

  function run(request: PasswordRequest): Promise<PasswordAnswer> {
    if (closing) return Promise.reject(new PasswordWorkFailed('the password pool is closed'));
    if (waiting.length >= queueLimit && !hasRoom()) return Promise.reject(new PoolFull(LONGEST_WAIT));
    return new Promise((resolve, reject) => {
      waiting.push({ request, since: clock.now(), resolve, reject });
      assign();
    });
  }

  function hasRoom(): boolean {
    return crew.size < workers || [...crew].some((worker) => worker.job === undefined);
  }

  function assign(): void {
    while (waiting.length > 0 && hasRoom()) {
      const worker = [...crew].find(({ job }) => job === undefined) ?? hire();
      const job = waiting.shift();
      if (job !== undefined) give(worker, job);
    }
    if (waiting.length === 0 && [...crew].every(({ job }) => job === undefined)) whenIdle?.();
  }

  function give(worker: Worker, job: Job): void {
    onWaited(clock.now() - job.since);
    worker.job = job;
    worker.deadline = setTimeout(() => worker.process.kill('SIGKILL'), longestJobMs);
    worker.process.ref();
    worker.process.channel?.ref();
    worker.process.send(job.request, (error) => {
      if (error !== null) worker.process.kill('SIGKILL');
    });
  }

  /** Workers are started when they are first needed, and again after one was lost. */
  function hire(): Worker {
    const process = startWorker();
    const worker: Worker = { process };
    crew.add(worker);
    process.on('message', (answer: PasswordAnswer) => {
      const job = release(worker);
      if ('failed' in answer)
        job?.reject(new PasswordWorkFailed('a password could not be hashed or its hash not read'));
      else job?.resolve(answer);
      assign();
    });
    const lose = () => {
      if (!crew.delete(worker)) return;
      release(worker)?.reject(new PasswordWorkFailed('the process that was working on a password ended'));
      assign();
    };
    process.on('exit', lose);
    process.on('error', lose);
    rest(process);
    return worker;
  }

  return {
    async hash(password) {
      const answer = await run({ verb: 'hash', password });
      if ('hash' in answer) return answer.hash;
      throw new PasswordWorkFailed('a worker answered something else than was asked');
    },
    async verify({ hash, password }) {
      const answer = await run({ verb: 'verify', hash, password });
      if ('matches' in answer) return answer.matches;
      throw new PasswordWorkFailed('a worker answered something else than was asked');
    },
    queued: () => waiting.length,
    async close() {
      closing = true;
      await new Promise<void>((resolve) => {
        whenIdle = resolve;
        assign();
      });
      await Promise.all([...crew].map(dismiss));
    },
  };
}

/** Started without our environment: a process that only hashes needs no secret of ours. */
function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('./password-worker.ts', import.meta.url)), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {},
    execArgv: [],
  });
}

function release(worker: Worker): Job | undefined {
  const { job } = worker;
  clearTimeout(worker.deadline);
  delete worker.job;
  rest(worker.process);
  return job;
}

/** An idle worker does not keep the provider's process alive. */
function rest(process: ChildProcess): void {
  process.unref();
  process.channel?.unref();
}

function dismiss({ process }: Worker): Promise<void> {
  return new Promise((resolve) => {
    process.ref();
    process.once('exit', () => resolve());
    if (process.connected) process.disconnect();
  });
}
