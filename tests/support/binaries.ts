import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps the server programs of PostgreSQL, newest first, and what is not on everybody's PATH. */
function usualFolders(): string[] {
  const postgresql = '/usr/lib/postgresql';
  const versions = existsSync(postgresql) ? readdirSync(postgresql).sort((a, b) => Number(b) - Number(a)) : [];
  return [...versions.map((version) => join(postgresql, version, 'bin')), '/usr/sbin', '/usr/local/bin'];
}

/** The full path of a program. `npm test` makes sure beforehand that it is there. */
export function findBinary(...names: string[]): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...usualFolders()];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  throw new Error(`${names.join(' or ')} is not installed; "npm test" says what is missing and how to get it`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
