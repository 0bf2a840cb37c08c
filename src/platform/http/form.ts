import type { Context } from 'koa';
import { Refusal } from './refusal.ts';

/** A posted form: the first value of each field, and all values where a field may come many times. */
export type Form = {
  text(name: string): string;
  all(name: string): string[];
  /** Every field in its order, written anew so that it may stand in an address. */
  encoded(): string;
};

/** The longest form has a few ticked boxes; 16 kB is a hundred times that. */
const LONGEST_FORM = 16 * 1024;
const MOST_FIELDS = 100;

/** @throws Refusal too-large | bad-request. Compressed bodies are refused: nobody's browser sends a compressed form. */
export async function readForm(ctx: Context, { longest = LONGEST_FORM }: { longest?: number } = {}): Promise<Form> {
  if (ctx.is('application/x-www-form-urlencoded') === false || ctx.get('content-encoding') !== '') {
    throw new Refusal('bad-request', 415);
  }
  if ((ctx.request.length ?? 0) > longest) throw new Refusal('too-large', 413);
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of ctx.req) {
    received += chunk.length;
    if (received > longest) throw new Refusal('too-large', 413);
    chunks.push(chunk);
  }
  const fields = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  if (fields.size > MOST_FIELDS) throw new Refusal('too-large', 413);
  return {
    text: (name) => fields.get(name) ?? '',
    all: (name) => fields.getAll(name),
    encoded: () => fields.toString(),
  };
}
