import { argon2id, hash, verify } from 'argon2';

import { normaliseDigits, normaliseLetters } from '#platform/persian-text.ts';

import { PASSWORD_COST } from './password-cost.ts';

/** The only place that hashes. It runs in the workers of the password pool, because one hash keeps a core busy for 27 ms. */

/** A PHC string: algorithm, cost, salt and hash in one line. */
export function hashPassword(password: string): Promise<string> {
  return hash(prepare(password), { type: argon2id, ...PASSWORD_COST });
}

/** Throws when the hash is no PHC string. */
export function matchesPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return verify(hash, prepare(password));
}

/**
 * The same keys give ي or ی, ۱ or 1, composed or not, by device: one person's one password must be one string
 * (NIST SP 800-63B section 3.1.1.2 asks for normalisation before hashing). Frozen: a change here invalidates passwords.
 */
function prepare(password: string): string {
  return normaliseLetters(normaliseDigits(password.normalize('NFKC')));
}
