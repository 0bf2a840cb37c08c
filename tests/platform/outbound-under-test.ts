import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { LookupAll } from '#platform/http/guarded-lookup.ts';
import { createOutboundFetch, type OutboundReason, OutboundRefused } from '#platform/http/outbound.ts';

/** Real servers of this machine, and the real client; all of them end with the test. */
export const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export async function serve(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

export function outbound(options: Partial<Parameters<typeof createOutboundFetch>[0]> = {}) {
  const fetch = createOutboundFetch({ allowPrivateAddresses: true, ...options });
  closing.push(fetch.close);
  return fetch;
}

export async function reasonOf(call: Promise<unknown>): Promise<OutboundReason | 'answered'> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (error instanceof OutboundRefused) return error.reason;
    throw error;
  }
}

export const answers =
  (...addresses: string[]): LookupAll =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
