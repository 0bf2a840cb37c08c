import { createServer } from 'node:net';

/** The first of these ports that another program holds, if any. */
export async function findTakenPort(ports: readonly number[]): Promise<number | undefined> {
  const taken = await Promise.all(ports.map(isTaken));
  return ports.find((_, index) => taken[index]);
}

function isTaken(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', (error) => resolve('code' in error && error.code === 'EADDRINUSE'));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  return promise;
}
