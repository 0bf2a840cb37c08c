import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/**
 * A civil registry that knows everybody, an ownership service for which everybody owns their number, and a gateway
 * that keeps the last message to each number: they speak docs/openapi/, answer at once, and run with the generator.
 */
export type StandIns = {
  environment: Record<string, string>;
  messageTo(phone: string): string | undefined;
  close(): Promise<void>;
};

/** The server reaches them on this machine, which production would refuse. */
export const REACHING_STAND_INS = { NODE_ENV: 'development', PANJEREH_ALLOW_LOOPBACK: '1' };
const TOKEN = 'token-of-the-bench';
const message = z.object({ to: z.string(), text: z.string() });

export async function startStandIns(): Promise<StandIns> {
  const newest = new Map<string, string>();
  const answers: Record<string, (body: unknown) => { status: number; body: object }> = {
    '/v1/person-matches': () => ({
      status: 200,
      body: {
        transactionId: randomUUID(),
        result: 'matched',
        person: { givenName: 'آرش', familyName: 'کمانگیر', givenNameLatin: 'Arash', familyNameLatin: 'Kamangir' },
      },
    }),
    '/v1/ownership-checks': () => ({ status: 200, body: { transactionId: randomUUID(), result: 'owner' } }),
    '/messages': (body) => {
      const { to, text } = message.parse(body);
      // Notices that come later must not hide the code.
      if (/(?<!\d)\d{6}(?!\d)/.test(text)) newest.set(to, text);
      return { status: 202, body: { id: randomUUID() } };
    },
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const service = (name: string) => ({ [`${name}_URL`]: `http://127.0.0.1:${port}`, [`${name}_TOKEN`]: TOKEN });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { status, body } = answers[request.url ?? '']?.(JSON.parse(Buffer.concat(chunks).toString() || '{}')) ?? {
      status: 404,
      body: {},
    };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  return {
    environment: {
      ...service('PANJEREH_CIVIL_REGISTRY'),
      ...service('PANJEREH_MOBILE_OWNERSHIP'),
      ...service('PANJEREH_SMS_GATEWAY'),
    },
    messageTo: (phone) => newest.get(phone),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
