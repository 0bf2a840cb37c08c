import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** A relying party with twenty redirect URIs and ten keys has some 20 kB. */
const LARGEST_BODY = 64 * 1024;

/** @throws Problem not-json | too-large | malformed-request. Compressed bodies are refused: a small one may be huge inside. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i.test(request.headers['content-type'] ?? '');
  if (!type || request.headers['content-encoding'] !== undefined) throw new Problem('not-json');
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw new Problem('too-large');
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of request) {
    received += chunk.length;
    if (received > LARGEST_BODY) throw new Problem('too-large');
    chunks.push(chunk);
  }
  return parsed(Buffer.concat(chunks));
}

/** U+0000 as JSON can write it, and not the six characters themselves. No text of the database can hold it. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

function parsed(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const read: unknown = JSON.parse(text);
    if (!NUL.test(text)) return read;
  } catch (cause) {
    throw new Problem('malformed-request', { cause });
  }
  throw new Problem('malformed-request');
}
