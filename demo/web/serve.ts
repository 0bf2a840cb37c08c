import { createServer, type RequestListener, type Server } from 'node:http';

/** Both names of this machine, so that it does not matter to what a caller resolves "localhost"; never the network. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** Listens on this machine only, and ends on SIGTERM or SIGINT once the answers under way are given. */
export function serve({ listener, port, name }: { listener: RequestListener; port: number; name: string }): void {
  const servers = LOOPBACK.map((host) => listen({ listener, host, port, name }));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(close));
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** One line about what happened; never a token, a code or a claim. */
export type Log = (event: string, details?: Readonly<Record<string, string | number>>) => void;

export const logLine: Log = (event, details = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...details })}\n`);
};

function listen({
  listener,
  host,
  port,
  name,
}: {
  listener: RequestListener;
  host: string;
  port: number;
  name: string;
}): Server {
  const server = createServer(listener);
  server.on('error', (error) => {
    // Machines without IPv6 have no ::1, and then nobody asks for it.
    if ('code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) return;
    process.stderr.write(`${name} cannot listen on ${host} port ${port}: ${error.message}\n`);
    process.exit(1);
  });
  return server.listen(port, host);
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  return promise;
}
