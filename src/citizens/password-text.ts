import { normaliseDigits, normaliseLetters } from '#platform/persian-text.ts';

/**
 * The same keys give ي or ی, ۱ or 1, composed or not, by device: one person's one password must be one string
 * (NIST SP 800-63B-4 section 3.1.1.2 asks for normalisation before hashing). Frozen: a change here invalidates passwords.
 */
export function preparePassword(password: string): string {
  return normaliseLetters(normaliseDigits(password.normalize('NFKC')));
}
