import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where both relying parties are told of sign-outs (OpenID Connect Back-Channel Logout 1.0 section 2.5). */
export async function receiveLogouts(
  onToken: (token: string) => void,
): Promise<{ uri: string; received(): number; close(): void }> {
  let received = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token');
    if (token !== null) {
      received += 1;
      onToken(token);
    }
    response.writeHead(token === null ? 400 : 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    uri: `http://localhost:${(server.address() as AddressInfo).port}/backchannel-logout`,
    received: () => received,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
