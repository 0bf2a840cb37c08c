import type { PasswordError } from '#views/new-password.ts';
import { busyIfFull } from './password-work.ts';

/** Why a step that sets a password was refused. */
type Refused = { reason: string; retryAfterMs?: number };

/**
 * What the page has to say of the new password somebody typed; undefined when `take` took it.
 *
 * @throws Refusal 503 when it could not be worked on
 */
export async function choosePassword(
  typed: string,
  take: (password: string) => Promise<Refused | undefined>,
): Promise<PasswordError | undefined> {
  if (typed === '') return { kind: 'missing' };
  return take(typed).then((refused) => (refused === undefined ? undefined : errorOf(refused)), busyIfFull);
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): PasswordError {
  switch (reason) {
    case 'too-short':
    case 'too-long':
    case 'too-common':
    case 'about-yourself':
      return { kind: reason };
    case 'slow-down':
      return { kind: 'busy', retryAfterMs };
    default:
      throw new Error(`the password was refused as ${reason}`);
  }
}
