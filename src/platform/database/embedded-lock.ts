import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The embedded database has one owner: a second process would write over the first one's pages. */
export class EmbeddedDatabaseInUse extends Error {}

/**
 * Marks the folder as this process's own until the answer is called. A mark whose process is gone is taken over.
 *
 * @throws EmbeddedDatabaseInUse, with words that say what to do
 */
export function lockEmbedded(folder: string): () => void {
  const path = `${folder}.lock`;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  for (const isLastTry of [false, true]) {
    try {
      const descriptor = openSync(path, 'wx', 0o600);
      writeSync(descriptor, `${process.pid}\n`);
      closeSync(descriptor);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = ownerIn(path);
      if (owner !== undefined && (isLastTry || isRunning(owner)))
        throw new EmbeddedDatabaseInUse(
          `the embedded database ${folder} is in use by the process ${owner}: stop that first (it is npm start, or another command), then run this again. If no process of Panjereh has that number, delete ${path}`,
        );
      rmSync(path, { force: true });
    }
  }
  throw new EmbeddedDatabaseInUse(
    `the embedded database ${folder} cannot be locked: another command is starting; run this again`,
  );
}

function ownerIn(path: string): number | undefined {
  try {
    const owner = Number(readFileSync(path, 'utf8').trim());
    return Number.isInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** In a container every first process has the same number: our own cannot be somebody else's. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to another account.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
