import type { Form } from '#platform/http/form.ts';
import { readTypedIdentity, type TypedIdentity } from '#proofing/typed-identity.ts';
import type { IdentityError } from '#views/identity-fields.ts';

export type IdentityProblem = { typed?: TypedIdentity; error?: IdentityError };
type Identity = { nationalCode: string; birthDate: string };
type Refused = { reason: string; retryAfterMs?: number };

/** Who a citizen says to be, as every journey asks it: undefined when the answer leads on, else what the page shows. */
export async function takeIdentity(
  form: Form,
  take: (identity: Identity) => Promise<Refused | undefined>,
): Promise<IdentityProblem | undefined> {
  const typed = {
    nationalCode: form.text('national_code'),
    day: form.text('birth_day'),
    month: form.text('birth_month'),
    year: form.text('birth_year'),
  };
  const read = readTypedIdentity(typed);
  if (read.outcome === 'faults') return { typed, error: { ...read, kind: 'fields' } };
  const { nationalCode, birthDate } = read;
  const refused = await take({ nationalCode, birthDate });
  return refused === undefined ? undefined : { typed, error: errorOf(refused) };
}

function errorOf({ reason, retryAfterMs = 0 }: Refused): IdentityError {
  switch (reason) {
    case 'no-match':
    case 'unavailable':
      return { kind: reason };
    case 'slow-down':
      return { kind: 'slow-down', retryAfterMs };
    case 'malformed':
      // Both could be read: what is left is a day that has not come yet.
      return { kind: 'fields', birthDate: 'malformed' };
    default:
      throw new Error(`the identity was refused as ${reason}`);
  }
}
