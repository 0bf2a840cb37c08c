import type { Agreement } from './relying-party.ts';

/**
 * Scopes about the citizen; every other scope of an agreement belongs to a resource server.
 * The library refuses client metadata with a scope that its configuration does not list.
 */
export const IDENTITY_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'birthdate',
  'age',
  'phone',
  'national_code',
  'academic',
  'student',
  'offline_access',
];

/** Never empty: for the library a client without scopes may ask for all of them. */
export function agreedIdentityScopes({ scopes }: Agreement): string[] {
  const agreed = IDENTITY_SCOPES.filter((scope) => scopes.includes(scope));
  return agreed.length > 0 ? agreed : ['openid'];
}
