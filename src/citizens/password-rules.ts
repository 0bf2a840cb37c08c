import { isCommonPassword } from './common-passwords.ts';
import { isAboutThemselves, type OwnData } from './own-data.ts';
import { preparePassword } from './password-text.ts';

export type PasswordRefusal = 'too-short' | 'too-long' | 'too-common' | 'about-yourself';

/**
 * NIST SP 800-63B-4 section 3.1.1.2: eight characters where a second factor is at hand, room for passphrases of 64 and
 * more, every character counted as one, no rules on their kinds; what everybody chooses and what anybody who knows the
 * person tries first is refused.
 */
export const SHORTEST_PASSWORD = 8;
export const LONGEST_PASSWORD = 128;

/** Whether a citizen may have this password; undefined when so. Letters and digits are compared as they are hashed. */
export function checkNewPassword({
  password,
  about,
}: {
  password: string;
  about: OwnData;
}): PasswordRefusal | undefined {
  const text = preparePassword(password);
  const length = Array.from(text).length;
  if (length < SHORTEST_PASSWORD) return 'too-short';
  if (length > LONGEST_PASSWORD) return 'too-long';
  if (isAboutThemselves(text, about)) return 'about-yourself';
  if (isCommonPassword(text)) return 'too-common';
  return undefined;
}
