import { ageInTehran } from '#citizens/age.ts';
import type { Citizen } from '#citizens/citizen.ts';
import type { Agreement } from '#relying-parties/relying-party.ts';

/**
 * Every claim about a citizen, the scope that stands for it (OpenID Connect Core 1.0 section 5.4), and where it comes
 * from. What each may be asked for stands in views/text, under `claimPurposes`; docs/for-relying-parties.md shows both.
 */
export const CLAIMS = {
  given_name: { scope: 'profile', from: 'civil-registry', of: ({ givenName }) => givenName },
  family_name: { scope: 'profile', from: 'civil-registry', of: ({ familyName }) => familyName },
  given_name_latin: { scope: 'profile', from: 'civil-registry', of: ({ givenNameLatin }) => givenNameLatin },
  family_name_latin: { scope: 'profile', from: 'civil-registry', of: ({ familyNameLatin }) => familyNameLatin },
  updated_at: { scope: 'profile', from: 'account', of: ({ updatedAt }) => Math.floor(updatedAt / 1000) },
  birthdate: { scope: 'birthdate', from: 'civil-registry', of: ({ birthDate }) => birthDate },
  is_over_15: { scope: 'age', from: 'civil-registry', of: ({ birthDate }, now) => ageInTehran(birthDate, now) >= 15 },
  is_over_18: { scope: 'age', from: 'civil-registry', of: ({ birthDate }, now) => ageInTehran(birthDate, now) >= 18 },
  is_over_21: { scope: 'age', from: 'civil-registry', of: ({ birthDate }, now) => ageInTehran(birthDate, now) >= 21 },
  phone_number: { scope: 'phone', from: 'mobile-ownership', of: ({ phone }) => phone },
  phone_number_verified: {
    scope: 'phone',
    from: 'mobile-ownership',
    of: ({ phone }) => (phone === undefined ? undefined : true),
  },
  national_code: { scope: 'national_code', from: 'civil-registry', of: ({ nationalCode }) => nationalCode },
  // What a source said: no record of ours has it, and attached-claims.ts tells it.
  student_status: { scope: 'academic', from: 'source', of: saidElsewhere },
  degree: { scope: 'academic', from: 'source', of: saidElsewhere },
  field: { scope: 'academic', from: 'source', of: saidElsewhere },
  entry_year: { scope: 'academic', from: 'source', of: saidElsewhere },
  is_student: { scope: 'student', from: 'source', of: saidElsewhere },
  degree_at_least: { scope: 'student', from: 'source', of: saidElsewhere },
} as const satisfies Record<string, Claim>;

type Claim = {
  scope: string;
  /** Who says so: the civil registry, the ownership check of the number, a source of claims, or our own records. */
  from: 'civil-registry' | 'mobile-ownership' | 'source' | 'account';
  /** @param now milliseconds since 1970: an age is that of the day on which it is told */
  of(citizen: Citizen, now: number): string | number | boolean | undefined;
};

function saidElsewhere(): undefined {
  return undefined;
}

export type ClaimName = keyof typeof CLAIMS;

const CLAIM_NAMES = Object.keys(CLAIMS).filter(isClaimName);

/** Which claims a scope stands for. A claim reaches nobody whose agreement does not name it. */
export const CLAIMS_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  // verified_claims answers the `claims` parameter alone; listed here, the library lets it through where we give it.
  openid: ['sub', 'acr', 'amr', 'auth_time', 'verified_claims'],
  ...Object.fromEntries(
    [...new Set(CLAIM_NAMES.map((claim) => CLAIMS[claim].scope))].map((scope) => [
      scope,
      CLAIM_NAMES.filter((claim) => CLAIMS[claim].scope === scope),
    ]),
  ),
};

/** offline_access: OpenID Connect Core 1.0 section 11. */
export const SCOPES: readonly string[] = [...Object.keys(CLAIMS_OF_SCOPE), 'offline_access'];

type Requested = { scopes: Iterable<string>; claims: Iterable<string> };

/**
 * What is asked for and may be given: the requested claims that the agreement names, in the agreement's order, without
 * those that nobody could tell of this citizen.
 */
export function claimsToDecide(
  { scopes, claims }: Requested,
  agreement: Agreement,
  canBeTold: (claim: string) => boolean = () => true,
): Agreement['claims'] {
  const wanted = new Set<string>(claims);
  for (const scope of scopes) {
    for (const claim of claimsOf(scope)) wanted.add(claim);
  }
  return agreement.claims.filter(({ claim }) => wanted.has(claim) && canBeTold(claim));
}

/** Everything we could say of a citizen to a relying party with this agreement; the library picks what was granted. */
export function claimsFor(citizen: Citizen, agreement: Agreement, now: number): Record<string, unknown> {
  const said = agreement.claims.flatMap(({ claim }) => {
    const value = isClaimName(claim) ? CLAIMS[claim].of(citizen, now) : undefined;
    return value === undefined ? [] : [[claim, value] as const];
  });
  return { sub: citizen.id, ...Object.fromEntries(said) };
}

export function isClaimName(name: string): name is ClaimName {
  return Object.hasOwn(CLAIMS, name);
}

export function claimsOf(scope: string): readonly string[] {
  return Object.hasOwn(CLAIMS_OF_SCOPE, scope) ? (CLAIMS_OF_SCOPE[scope] ?? []) : [];
}
