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

/**
 * True for a hash made at another cost: the next right password is the chance to make it anew. The parameters are
 * compared one by one, because libraries write them in different orders.
 */
export function needsRehash(hash: string): boolean {
  const [, algorithm, version, parameters] = hash.split('$');
  if (algorithm !== 'argon2id' || version !== 'v=19') return true;
  return parameters?.split(',').toSorted().join(',') !== [...PHC_PARAMETERS].toSorted().join(',');
}

/**
 * A well-formed hash that no password is known to match. Verifying against it costs what verifying a real one costs,
 * so that a national code nobody has answers as slowly as one that somebody has.
 */
export function hashThatNothingMatches(): string {
  return `$argon2id$v=19$${PHC_PARAMETERS.join(',')}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;
}

/** The PHC string format names parameters by letters and writes base64 without padding. */
const PHC_PARAMETERS = [
  `m=${PASSWORD_COST.memoryCost}`,
  `t=${PASSWORD_COST.timeCost}`,
  `p=${PASSWORD_COST.parallelism}`,
] as const;

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
