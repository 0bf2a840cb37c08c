import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire to a server on this machine, which can be cut and mended: everybody else still reaches the server. */
export type Relay = {
  port: number;
  /** Ends what is under way; from now on nobody is listening. */
  cut(): Promise<void>;
  /** Ends nothing and carries nothing: the other side has vanished without a word. */
  silence(): void;
  mend(): Promise<void>;
  close(): Promise<void>;
};

export async function startRelay(target: { port: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect(target.port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void (isSilent || to.write(chunk)));
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);

  return {
    port,
    cut: stop,
    silence() {
      isSilent = true;
    },
    async mend() {
      // What was lost in between cannot be made good: connections begin anew.
      for (const socket of sockets) socket.destroy();
      isSilent = false;
      if (!server.listening) await listen(port);
    },
    close: stop,
  };
}
