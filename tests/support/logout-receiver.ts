import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The back-channel logout endpoint of a relying party: a real server that keeps what it is told, or is out of order. */
export type LogoutReceiver = {
  uri: string;
  /** Logout tokens that were accepted. */
  tokens: string[];
  /** Attempts, the refused ones included. */
  attempts(): number;
  answerWith(status: number): void;
  close(): void;
};

export async function startLogoutReceiver(): Promise<LogoutReceiver> {
  const tokens: string[] = [];
  let attempts = 0;
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    attempts += 1;
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token');
    if (status === 200 && token !== null) tokens.push(token);
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    uri: `http://localhost:${(server.address() as AddressInfo).port}/backchannel-logout`,
    tokens,
    attempts: () => attempts,
    answerWith(answer) {
      status = answer;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
