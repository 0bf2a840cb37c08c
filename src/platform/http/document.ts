import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A public document that is made once and sent many times. Text and not a buffer: head and text leave in one write. */
export type Document = { body: string; bytes: number; etag: string };

export function createDocument(value: object): Document {
  const body = JSON.stringify(value);
  return { body, bytes: Buffer.byteLength(body), etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

/** Anybody may read it, from any site; whoever has it already is told so (RFC 9110 section 13.1.2). */
export function sendDocument(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  { body, bytes, etag }: Document,
  { type, cacheControl }: { type: string; cacheControl: string },
): void {
  const isKnown = request.headers['if-none-match']?.includes(etag) === true;
  response.writeHead(isKnown ? 304 : 200, {
    'Cache-Control': cacheControl,
    ETag: etag,
    'Access-Control-Allow-Origin': '*',
    ...(isKnown ? {} : { 'Content-Type': type, 'Content-Length': bytes }),
  });
  response.end(isKnown || request.method === 'HEAD' ? undefined : body);
}
