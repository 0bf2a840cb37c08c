import { writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { findBinary } from '#tests/support/binaries.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startRedis } from '#tests/support/redis.ts';

type WatchedRedis = {
  url: string;
  stop(): Promise<void>;
};

/** One Redis and one Sentinel that names it: the way of finding the master, without its failover. */
export async function startSentinel(): Promise<WatchedRedis> {
  const [master, port, folder] = await Promise.all([startRedis(), findFreePort(), temporaryFolder('sentinel')]);
  const file = `${folder.path}/sentinel.conf`;
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder.path}`,
      `sentinel monitor sessions 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds sessions 2000',
      '',
    ].join('\n'),
  );
  const sentinel = await startProcess({
    command: findBinary('redis-server'),
    args: [file, '--sentinel'],
    ready: /\+monitor master sessions/,
  });
  return {
    url: `redis+sentinel://127.0.0.1:${port}/sessions`,
    async stop() {
      await sentinel.stop();
      await master.stop();
      await folder.remove();
    },
  };
}

export type WatchedPair = WatchedRedis & {
  firstPort: number;
  masterUrl: string;
  /** What the Sentinel answers to whoever looks for the master. */
  masterPort(): Promise<number>;
  killMaster(): void;
  /** So long the Sentinel waits for an answer before it looks for another master. */
  downAfterMs: number;
};

const DOWN_AFTER_MS = 1000;

/** A master with a replica in step, and one Sentinel that makes the replica the master after a second of silence. */
export async function startFailoverPair(): Promise<WatchedPair> {
  const [folder, firstPort, secondPort, port] = await Promise.all([
    temporaryFolder('failover'),
    findFreePort(),
    findFreePort(),
    findFreePort(),
  ]);
  const start = (listensOn: number, more: string[] = []) =>
    startProcess({
      command: findBinary('redis-server'),
      args: [
        ...['--port', String(listensOn), '--bind', '127.0.0.1', '--dir', folder.path, '--save', ''],
        ...['--appendonly', 'yes', '--appenddirname', `aof-${listensOn}`, '--dbfilename', `${listensOn}.rdb`],
        ...['--maxmemory-policy', 'noeviction', '--repl-diskless-sync-delay', '0', ...more],
      ],
      ready: /Ready to accept connections/,
    });
  const master = await start(firstPort);
  const replica = await start(secondPort, ['--replicaof', `127.0.0.1 ${firstPort}`]);
  const file = `${folder.path}/sentinel.conf`;
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder.path}`,
      `sentinel monitor sessions 127.0.0.1 ${firstPort} 1`,
      `sentinel down-after-milliseconds sessions ${DOWN_AFTER_MS}`,
      'sentinel failover-timeout sessions 3000',
      '',
    ].join('\n'),
  );
  const sentinel = await startProcess({
    command: findBinary('redis-server'),
    args: [file, '--sentinel'],
    ready: /\+slave slave/,
  });
  return {
    url: `redis+sentinel://127.0.0.1:${port}/sessions`,
    firstPort,
    downAfterMs: DOWN_AFTER_MS,
    masterUrl: `redis://127.0.0.1:${firstPort}`,
    killMaster: () => master.signal('SIGKILL'),
    async masterPort() {
      const redis = new Redis(port, '127.0.0.1');
      const [, found] = (await redis.call('SENTINEL', 'get-master-addr-by-name', 'sessions')) as [string, string];
      redis.disconnect();
      return Number(found);
    },
    async stop() {
      await Promise.all([sentinel, replica, master].map((running) => running.stop()));
      await folder.remove();
    },
  };
}
