import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { findFreePort } from '#tests/support/ports.ts';

/** The policy that pages live under; styles and scripts written into a page would be refused. */
const policy =
  "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'";

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
};

/** Serves a written gallery on 127.0.0.1 as the real server would, with `await using` until the end of the block. */
export async function serveGallery(folder: string): Promise<AsyncDisposable & { origin: string }> {
  const port = await findFreePort();
  const server = createServer((request, response) => {
    const path = /^(?:\/assets)?\/[\w.-]+$/.exec(new URL(request.url ?? '/', 'http://localhost').pathname)?.[0];
    const type = types[path?.split('.').at(-1) ?? ''];
    const body = path !== undefined && type !== undefined ? readIfThere(`${folder}${path}`) : undefined;
    if (body === undefined || type === undefined) return response.writeHead(204).end();
    return response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
