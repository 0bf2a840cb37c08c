import { writeFileSync } from 'node:fs';
import { findBinary } from '#tests/support/binaries.ts';
import { findFreePort } from '#tests/support/ports.ts';
import { startProcess, temporaryFolder } from '#tests/support/processes.ts';
import { startRedis } from '#tests/support/redis.ts';

export type WatchedRedis = {
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
