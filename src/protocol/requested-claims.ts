import { errors } from 'oidc-provider';

type Members = Readonly<Record<string, unknown>>;

/** Where claims may be delivered (OpenID Connect Core 1.0 section 5.5). */
export const DELIVERIES = ['userinfo', 'id_token'] as const;

type Delivery = (typeof DELIVERIES)[number];

/** More elements than any relying party has kinds of verification to tell apart; the rest is not looked at. */
const MOST_ELEMENTS = 5;

/**
 * The names of all claims asked for one by one, those within `verified_claims` too: whatever way they travel, the
 * citizen decides on each once. The parameter is JSON that the library has read before us.
 */
export function requestedClaimNames(parameter: string | undefined): string[] {
  if (parameter === undefined) return [];
  const request: unknown = JSON.parse(parameter);
  const parts = isMembers(request) ? [request.userinfo, request.id_token].filter(isMembers) : [];
  const within = parts.flatMap((part) => verifiedElements(part)).map(({ claims }) => claims);
  return [...new Set([...parts, ...within.filter(isMembers)].flatMap((part) => Object.keys(part)))];
}

/**
 * The library refuses members that are neither null nor objects (OpenID Connect Core 1.0 section 5.5.1). So do we, but
 * that `verified_claims` may be a list (OpenID Connect for Identity Assurance 1.0 section 5.5).
 */
export function checkClaimsRequest(_ctx: unknown, claims: object): void {
  for (const [delivery, part] of Object.entries(claims)) {
    if (!isMembers(part) || !DELIVERIES.some((each) => each === delivery)) continue;
    for (const [name, wish] of Object.entries(part)) {
      const isList = name === 'verified_claims' && Array.isArray(wish) && wish.length > 0 && wish.every(isMembers);
      if (wish !== null && !isMembers(wish) && !isList)
        throw new errors.InvalidRequest(`claims.${delivery} members must be null or objects`);
    }
  }
}

/** The elements of `verified_claims` for one place of delivery, with whether they came as a list. */
export function verifiedClaimsRequest(claims: unknown, delivery: Delivery): { isList: boolean; elements: Members[] } {
  const part = isMembers(claims) ? claims[delivery] : undefined;
  if (!isMembers(part)) return { isList: false, elements: [] };
  return { isList: Array.isArray(part.verified_claims), elements: verifiedElements(part) };
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function verifiedElements({ verified_claims: asked }: Members): Members[] {
  const elements: unknown[] = Array.isArray(asked) ? asked : [asked];
  return elements.slice(0, MOST_ELEMENTS).filter(isMembers);
}
