import { randomBytes } from 'node:crypto';

/**
 * OWASP Password Storage Cheat Sheet, argon2id, the setting with the least memory of those it calls equal: 19 MiB,
 * two passes, one lane. One hash is about 27 ms of one core, and 39 a second leave a core busy.
 */
export const PASSWORD_COST = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** What one core of the machines measured does, with room left for a slower one. */
export const HASHES_PER_WORKER_AND_SECOND = 35;

const PHC_PREFIX = `$argon2id$v=19$m=${PASSWORD_COST.memoryCost},t=${PASSWORD_COST.timeCost},p=${PASSWORD_COST.parallelism}$`;

/** True for a hash made at another cost: the next right password is the chance to make it anew. */
export function needsRehash(hash: string): boolean {
  return !hash.startsWith(PHC_PREFIX);
}

/**
 * A well-formed hash that no password is known to match. Verifying against it costs what verifying a real one costs,
 * so that a national code nobody has answers as slowly as one that somebody has.
 */
export function hashThatNothingMatches(): string {
  return `${PHC_PREFIX}${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;
}

/** The PHC string format writes base64 without padding. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
