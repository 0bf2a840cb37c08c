import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below 32768, where Linux takes the ports of outgoing connections from: a free port found there stays free. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** A port on 127.0.0.1 on which nothing listens now. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port found');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
