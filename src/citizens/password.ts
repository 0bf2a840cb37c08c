import { argon2id, hash, verify } from 'argon2';

import { PASSWORD_COST } from './password-cost.ts';
import { preparePassword } from './password-text.ts';

/** The only place that hashes. It runs in the workers of the password pool, because one hash keeps a core busy for 27 ms. */

/** A PHC string: algorithm, cost, salt and hash in one line. */
export function hashPassword(password: string): Promise<string> {
  return hash(preparePassword(password), { type: argon2id, ...PASSWORD_COST });
}

/** Throws when the hash is no PHC string. */
export function matchesPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return verify(hash, preparePassword(password));
}
