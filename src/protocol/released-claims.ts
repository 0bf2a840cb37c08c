import type { Context } from 'koa';
import { isClaimName } from './claims.ts';
import { PROTOCOL_PATHS } from './configuration.ts';
import { isMembers } from './requested-claims.ts';

/** The ways by which something that we know of a citizen leaves. */
export type ReleasedBy = 'id-token' | 'userinfo' | 'introspection';

/**
 * What an answer tells a relying party of a citizen, by the names of the claims, read from the answer itself: whatever
 * way a claim took into it, it is seen here. Undefined when nothing is told.
 */
export function releasedClaims({ path, status, body }: Pick<Context, 'path' | 'status' | 'body'>) {
  if (status !== 200) return undefined;
  switch (path) {
    case PROTOCOL_PATHS.userinfo:
      // The subject is told by every answer, and that an answer was given is recorded in any case.
      return { by: 'userinfo' as const, claims: namesIn(membersOf(body)) };
    case PROTOCOL_PATHS.token:
      return personal('id-token', isMembers(body) ? membersOf(body.id_token) : {});
    case PROTOCOL_PATHS.introspection: {
      const members = membersOf(body);
      return personal('introspection', isMembers(members.token_introspection) ? members.token_introspection : members);
    }
  }
  return undefined;
}

/** About the sign-in every token tells; that is no release of a claim. */
function personal(by: ReleasedBy, members: Readonly<Record<string, unknown>>) {
  const claims = namesIn(members).filter(isPersonal);
  return claims.length === 0 ? undefined : { by, claims };
}

function isPersonal(name: string): boolean {
  return isClaimName(name) || name === 'verified_claims';
}

/** With those within `verified_claims`, where they are as much told as beside it. */
function namesIn(members: Readonly<Record<string, unknown>>): string[] {
  const verified: unknown[] = [members.verified_claims].flat();
  const within = verified.flatMap((element) =>
    isMembers(element) && isMembers(element.claims) ? Object.keys(element.claims) : [],
  );
  // Aggregated claims are told by their JWTs, under the names that stand here.
  const { _claim_names: aggregated, _claim_sources: _, ...plain } = members;
  return [...new Set([...Object.keys(plain), ...Object.keys(isMembers(aggregated) ? aggregated : {}), ...within])];
}

/** As JSON, or in a JWT that we have just signed ourselves. */
function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (isMembers(body)) return body;
  if (typeof body !== 'string') return {};
  const payload: unknown = JSON.parse(Buffer.from(body.split('.')[1] ?? '', 'base64url').toString() || '{}');
  return isMembers(payload) ? payload : {};
}
