import type { Citizen } from '#citizens/citizen.ts';
import type { Agreement } from '#relying-parties/relying-party.ts';

/** Which claims a scope stands for (OpenID Connect Core 1.0 section 5.4). A claim reaches nobody whose agreement does not name it. */
export const CLAIMS_OF_SCOPE = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['given_name', 'family_name', 'given_name_latin', 'family_name_latin'],
  birthdate: ['birthdate'],
  phone: ['phone_number', 'phone_number_verified'],
  national_code: ['national_code'],
} as const satisfies Record<string, readonly string[]>;

/** About the sign-in rather than the person: no agreement is needed. */
export const CLAIMS_ABOUT_SIGN_IN: ReadonlySet<string> = new Set(['sub', 'sid', 'iss', 'acr', 'amr', 'auth_time']);

/** offline_access: OpenID Connect Core 1.0 section 11. */
export const SCOPES: readonly string[] = [...Object.keys(CLAIMS_OF_SCOPE), 'offline_access'];

type Requested = { scopes: Iterable<string>; claims: Iterable<string> };

/** What is asked for and may be given: the requested claims that the agreement names, in the agreement's order. */
export function claimsToDecide({ scopes, claims }: Requested, agreement: Agreement): Agreement['claims'] {
  const wanted = new Set<string>(claims);
  for (const scope of scopes) {
    for (const claim of claimsOf(scope)) wanted.add(claim);
  }
  return agreement.claims.filter(({ claim }) => wanted.has(claim));
}

/** Everything we could say of a citizen to a relying party with this agreement; the library picks what was granted. */
export function claimsFor(citizen: Citizen, agreement: Agreement): Record<string, unknown> {
  const known: Record<string, unknown> = {
    given_name: citizen.givenName,
    family_name: citizen.familyName,
    given_name_latin: citizen.givenNameLatin,
    family_name_latin: citizen.familyNameLatin,
    birthdate: citizen.birthDate,
    phone_number: citizen.phone,
    phone_number_verified: citizen.phone === undefined ? undefined : true,
    national_code: citizen.nationalCode,
  };
  const said = agreement.claims.flatMap(({ claim }) =>
    known[claim] === undefined ? [] : [[claim, known[claim]] as const],
  );
  return { sub: citizen.id, ...Object.fromEntries(said) };
}

function claimsOf(scope: string): readonly string[] {
  return Object.entries(CLAIMS_OF_SCOPE).find(([name]) => name === scope)?.[1] ?? [];
}
