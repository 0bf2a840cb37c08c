import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DAY } from '#platform/durations.ts';
import type { StateStore } from '#platform/state-store.ts';
import { hashOfHead } from './ledger-head.ts';
import type { LedgerWitness } from './seal-ledger.ts';
import type { RememberedHead } from './verify-ledger.ts';

/**
 * Whoever can write to PostgreSQL can take the last heads away with everything under them, and the rest is still a
 * sound ledger. So heads are remembered elsewhere: the newest in the state store, all of them in a file where one is
 * set, and in the log.
 */
const KEY = 'ledger:newest-head';

/** Longer than anybody lets a provider stand still; written anew every minute. Without it only the other witnesses speak. */
const REMEMBERED_FOR = 400 * DAY;

const remembered = z.object({ number: z.coerce.number().int().positive(), hash: z.string().length(43) });

export function createStateWitness(store: Pick<StateStore, 'read' | 'write'>): LedgerWitness & {
  recall(): Promise<RememberedHead[]>;
} {
  return {
    async remember(head) {
      const set = { number: String(head.number), hash: hashOfHead(head) };
      await store.write(KEY, { set, expiresInMs: REMEMBERED_FOR });
    },
    async recall() {
      const known = remembered.safeParse((await store.read(KEY))?.fields);
      return known.success ? [known.data] : [];
    },
  };
}

/** One line of JSON a head, added at the end. The file belongs on other storage than the database's. */
export function createFileWitness(path: string): LedgerWitness {
  return {
    remember: (head) => appendFile(path, `${JSON.stringify({ number: head.number, hash: hashOfHead(head) })}\n`),
  };
}

/** @throws when the file cannot be read or a line of it is not a head. */
export async function readWitnessFile(path: string): Promise<RememberedHead[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const head = remembered.safeParse(JSON.parse(line));
    if (!head.success) throw new Error(`line ${index + 1} of ${path} is not a head of the ledger`);
    return head.data;
  });
}
