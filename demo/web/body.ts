import type { IncomingMessage } from 'node:http';

const LIMIT_BYTES = 64 * 1024;

/** The body as text, or undefined when it is larger than 64 kB: nothing that these services accept comes near it. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > LIMIT_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A posted form, or undefined when the body is something else. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return undefined;
  const body = await readBody(request);
  return body === undefined ? undefined : new URLSearchParams(body);
}
