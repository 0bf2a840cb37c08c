import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { temporaryFolder } from './processes.ts';

/** `certificate`: in PEM, for who shall believe it. */
export type HttpsFront = { port: number; certificate: string; close(): Promise<void> };

/** What every university has before its application: it speaks https under this name, and plain http to what is behind. */
export async function startHttpsFront({ name, to }: { name: string; to: number }): Promise<HttpsFront> {
  const folder = await temporaryFolder('https-front');
  const certificate = makeCertificate(folder.path, { name });
  const pair = readFileSync(join(folder.path, 'tls.pem'));
  const server = createServer({ cert: pair, key: pair }, (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https' };
    const onward = request({ port: to, method: asked.method, path: asked.url, headers }, (back) => {
      answer.writeHead(back.statusCode ?? 502, back.headers);
      back.pipe(answer);
    });
    onward.on('error', () => answer.writeHead(502).end());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    async close() {
      server.closeAllConnections();
      server.close();
      await folder.remove();
    },
  };
}
