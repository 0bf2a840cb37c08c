import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inspect, promisify } from 'node:util';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { needsRehash } from '#citizens/password-cost.ts';
import {
  createPasswordPool,
  type PasswordPool,
  type PasswordPoolOptions,
  PasswordWorkFailed,
  PoolFull,
} from '#citizens/password-pool.ts';

import { nicenessOf, passwordWorkers, read } from './password-workers.ts';

// Processes are started and ended for real, at a low priority: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const pools: PasswordPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  expect(passwordWorkers(), 'a closed pool leaves no process behind').toEqual([]);
});

function open(options: PasswordPoolOptions = {}): PasswordPool {
  const pool = createPasswordPool({ workers: 1, ...options });
  pools.push(pool);
  return pool;
}

const POOL = new URL('../../src/citizens/password-pool.ts', import.meta.url).href;

/** Waits until a worker has taken a job up, and answers its process. */
async function workerOf(): Promise<number> {
  return vi.waitUntil(() => passwordWorkers()[0], { timeout: 30_000 });
}

test('what was hashed is verified, and nothing else', async () => {
  const pool = open();
  const hash = await pool.hash('open-the-window');
  expect(needsRehash(hash)).toBe(false);
  expect(await pool.verify({ hash, password: 'open-the-window' })).toBe(true);
  expect(await pool.verify({ hash, password: 'open-the-door' })).toBe(false);
});

test('of 64 verifications at once each gets its own answer, from no more processes than allowed', async () => {
  const pool = open({ workers: 2 });
  const hash = await pool.hash('right');
  const answers = Promise.all(
    Array.from({ length: 64 }, (_, index) =>
      pool.verify({ hash, password: index % 3 === 0 ? 'right' : `wrong ${index}` }),
    ),
  );
  expect(pool.queued()).toBeGreaterThan(60);
  expect(await answers).toEqual(Array.from({ length: 64 }, (_, index) => index % 3 === 0));
  expect(passwordWorkers().length).toBeLessThanOrEqual(2);
  expect(pool.queued()).toBe(0);
});

describe('the queue is bounded', () => {
  test('who comes when it is full is told at once to come back later, and the others are served', async () => {
    const pool = open({ queueLimit: 2 });
    const served = [pool.hash('in work'), pool.hash('waits'), pool.hash('waits too')];
    const refused = await pool.hash('one too many').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PoolFull);
    expect(refused).toMatchObject({ retryAfterMs: 5000 });
    expect(pool.queued()).toBe(2);
    expect(await Promise.all(served)).toHaveLength(3);
    expect(await pool.hash('there is room again')).toMatch(/^\$argon2id/);
  });

  test('how long each one waited is told', async () => {
    const waits: number[] = [];
    const pool = open({ onWaited: (ms) => waits.push(ms) });
    await Promise.all([pool.hash('a'), pool.hash('b'), pool.hash('c')]);
    expect(waits).toHaveLength(3);
    expect(waits[0]).toBeLessThanOrEqual(waits[2] ?? 0);
  });
});

describe('a worker that is lost', () => {
  test('fails the job that it had, and no other', async () => {
    const pool = open();
    const jobs = [pool.hash('lost'), pool.hash('waits'), pool.hash('waits too')];
    process.kill(await workerOf(), 'SIGKILL');
    const [lost, ...others] = await Promise.allSettled(jobs);
    expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(PasswordWorkFailed) });
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test('is replaced when it was lost while idle', async () => {
    const pool = open();
    await pool.hash('first');
    const before = await workerOf();
    process.kill(before, 'SIGKILL');
    await vi.waitUntil(() => !passwordWorkers().includes(before), { timeout: 30_000 });
    // The news of its end may arrive after the next job was given to it; that job fails like any other on a lost worker.
    await pool.hash('second').catch((error: unknown) => expect(error).toBeInstanceOf(PasswordWorkFailed));
    expect(await pool.hash('third')).toMatch(/^\$argon2id/);
    expect(await workerOf()).not.toBe(before);
  });

  test('is ended when it hangs, so that its job does not wait for ever', async () => {
    const pool = open({ longestJobMs: 3000 });
    const job = expect(pool.hash('hangs')).rejects.toThrow(PasswordWorkFailed);
    process.kill(await workerOf(), 'SIGSTOP');
    await job;
  });
});

describe('closing', () => {
  test('finishes what was accepted and takes nothing new', async () => {
    const pool = open();
    const accepted = [pool.hash('a'), pool.hash('b'), pool.hash('c')];
    const closed = pool.close();
    await expect(pool.hash('late')).rejects.toThrow(PasswordWorkFailed);
    await closed;
    expect(await Promise.all(accepted)).toHaveLength(3);
    expect(passwordWorkers()).toEqual([]);
  });

  test('a Ctrl-C that reaches the workers too does not lose what they work on', async () => {
    const pool = open();
    await pool.hash('first');
    const accepted = [pool.hash('a'), pool.hash('b')];
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(await workerOf(), signal);
    expect(await Promise.all(accepted)).toHaveLength(2);
  });

  test('an idle pool does not keep its process alive', async () => {
    const script = `const { createPasswordPool } = await import('${POOL}'); await createPasswordPool().hash('x'); console.log('done')`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 50_000,
    });
    expect(stdout).toBe('done\n');
  });

  test('workers end with their parent, even when it is killed', async () => {
    const script = `const { createPasswordPool } = await import('${POOL}'); await createPasswordPool({ workers: 1 }).hash('x');
      const { execFileSync } = await import('node:child_process');
      console.log(execFileSync('pgrep', ['-P', String(process.pid), '-f', 'password-worker']).toString()); setInterval(() => {}, 1000)`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const worker = Number(line.toString());
    expect(read(worker, 'cmdline')).toContain('password-worker');
    parent.kill('SIGKILL');
    await vi.waitUntil(() => read(worker, 'cmdline') === '', { timeout: 30_000 });
  });
});

test('every thread of a worker gives way to the provider, those that hash among them', async () => {
  const pool = open();
  await Promise.all([pool.hash('a'), pool.hash('b')]);
  const niceness = nicenessOf(await workerOf());
  expect(niceness.length).toBeGreaterThan(1);
  expect(new Set(niceness)).toEqual(new Set([10]));
  expect(Math.max(...nicenessOf(process.pid)), 'control: the provider itself does not').toBeLessThan(10);
});

describe('a password is nowhere but in the job', () => {
  const planted = ['Planted', 'secret', String(process.pid)].join('-');

  test('not in the command line or the environment of a worker, where every process could read it', async () => {
    const pool = open();
    const job = pool.hash(planted);
    const worker = await workerOf();
    expect(read(worker, 'cmdline')).toContain('password-worker');
    expect(read(worker, 'cmdline') + read(worker, 'environ')).not.toContain(planted);
    expect(read(worker, 'environ'), 'a worker is given nothing of our environment').not.toContain('PATH=');
    await job;
  });

  test('not in any error, whatever goes wrong', async () => {
    const pool = open({ queueLimit: 1 });
    const jobs = [
      pool.hash(planted),
      pool.verify({ hash: `no hash ${planted}`, password: planted }),
      pool.hash(planted),
      pool.verify({ hash: 'x', password: planted }),
    ];
    process.kill(await workerOf(), 'SIGKILL');
    const results = await Promise.allSettled(jobs);
    await pool.close();
    results.push(...(await Promise.allSettled([pool.hash(planted)])));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(inspect(results, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(planted);
    expect(inspect(new Error(planted)), 'control: it would be found').toContain(planted);
  });
});
