import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { sealBytes, unsealBytes } from './sealer.ts';
import { isCarelesslyMade } from './weak-keys.ts';

/** Seals the data keys, and nothing else. It lives outside the database, so that a stolen dump opens nothing. */
export type MasterKey = {
  /** The first 8 hex digits of the SHA-256 of the key: tells keys apart, and tells nothing about them. */
  id: string;
  seal(plain: Buffer, associatedData: string): Buffer;
  /** Throws SealBroken. */
  unseal(sealed: Buffer, associatedData: string): Buffer;
};

export type MasterKeys = { current: MasterKey; all: readonly MasterKey[] };

/** The message is meant for the person who starts the server, and never quotes a key. */
class MasterKeyUnusable extends Error {}

const KEY_BYTES = 32;
const MADE_BY = 'make one with "npm run keys -- new-master-key"';

/**
 * `folder` holds files named *.key: one line of 32 random bytes in base64url, readable by their owner alone. The last by
 * name is current, the others only open what they sealed. `environmentValue` is one such line, or several parted by spaces or
 * commas, the current one first; it goes before every file.
 */
export function readMasterKeys({
  folder,
  environmentValue = '',
}: {
  folder: string;
  environmentValue?: string | undefined;
}): MasterKeys {
  const fromEnvironment = environmentValue
    .split(/[\s,]+/)
    .filter((line) => line !== '')
    .map((line, position) => readKey(line, `master key ${position + 1} of the setting PANJEREH_MASTER_KEY`));
  const fromFiles = keyFilesIn(folder).reverse().map(readKeyFile);
  const all = [...fromEnvironment, ...fromFiles];
  const [current] = all;
  if (current === undefined)
    throw new MasterKeyUnusable(`there is no master key: ${folder} holds no *.key file; ${MADE_BY}`);
  refuseTwins(all);
  return { current, all };
}

/** Makes `<folder>/<name>.key` with mode 0600 and answers its path. Never overwrites; the name must sort after those there. */
export function createMasterKeyFile(folder: string, name: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw new MasterKeyUnusable('the name of a master key is made of letters, digits and hyphens, such as 2026-01-31');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = `${name}.key`;
  const newest = keyFilesIn(folder).at(-1);
  const path = join(folder, file);
  if (newest !== undefined && newest >= path) {
    throw new MasterKeyUnusable(`${file} would not become the current master key: its name must sort after ${newest}`);
  }
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    // What is sealed under a key that a power cut swallowed is lost for good.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return path;
}

function keyFilesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.key'))
    .sort()
    .map((name) => join(folder, name));
}

function readKeyFile(path: string): MasterKey {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new MasterKeyUnusable(
      `${path} can be read by others (mode ${octal}): run "chmod 600 ${path}", and replace the key if others may have read it`,
    );
  }
  return readKey(readFileSync(path, 'utf8').replace(/\r?\n$/, ''), path);
}

function readKey(line: string, where: string): MasterKey {
  const secret = Buffer.from(line, 'base64url');
  if (!/^[A-Za-z0-9_-]{43}$/.test(line) || secret.toString('base64url') !== line) {
    throw new MasterKeyUnusable(
      `${where} is not a master key: expected one line of 43 base64url characters (32 random bytes); ${MADE_BY}`,
    );
  }
  if (isCarelesslyMade(secret)) {
    throw new MasterKeyUnusable(
      `${where} is not random (it repeats, counts, or was typed): anybody could guess it; ${MADE_BY}`,
    );
  }
  const key = createSecretKey(secret);
  return {
    id: createHash('sha256').update(secret).digest('hex').slice(0, 8),
    seal: (plain, associatedData) => sealBytes(key, plain, associatedData),
    unseal: (sealed, associatedData) => unsealBytes(key, sealed, associatedData),
  };
}

/** A copied file looks like a new key and is none. */
function refuseTwins(keys: readonly MasterKey[]): void {
  const twin = keys.find((key, position) => keys.findIndex((other) => other.id === key.id) !== position);
  if (twin !== undefined)
    throw new MasterKeyUnusable(
      `the master key ${twin.id} is there twice: remove the copy, or ${MADE_BY} if a new one was meant`,
    );
}
