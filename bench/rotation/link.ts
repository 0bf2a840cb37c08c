import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A cable between an instance and its database that can be cut: nothing arrives, and nobody is told. */
export type Link = {
  /** The same database through the cable. */
  url: string;
  cut(): void;
  mend(): void;
  close(): void;
};

export async function layLink(databaseUrl: string): Promise<Link> {
  const target = new URL(databaseUrl);
  const ends = new Set<Socket>();
  let isCut = false;

  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    join(near, far);
    join(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);

  function join(from: Socket, to: Socket): void {
    ends.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      ends.delete(from);
      to.destroy();
    });
    if (isCut) from.pause();
  }

  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const end of ends) end.pause();
    },
    mend() {
      isCut = false;
      for (const end of ends) end.resume();
    },
    close() {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
