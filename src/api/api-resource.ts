import { inSeconds, MINUTE } from '#platform/durations.ts';
import type { Resource } from '#relying-parties/resources-store.ts';

export const API_PATH = '/api';

/** What a token of the API may be good for. Which relying party may ask for which stands in its agreement. */
export const API_SCOPES = {
  'api:organisation:read': 'See the organisation and its domains',
  'api:organisation:write': 'Claim domains for the organisation and have them checked',
  'api:relying-parties:read':
    'See the relying parties of the organisation, their revisions, secrets’ dates and agreements',
  'api:relying-parties:write': 'Register and change relying parties, restore revisions, issue and end secrets',
  'api:agreements:propose': 'Propose agreements and ask to go live',
  'api:acceptance:run': 'Run the acceptance against a test entry and read its report',
  'api:health:read': 'See how relying parties fare, and look up failed sign-ins by their reference',
} as const;

export type ApiScope = keyof typeof API_SCOPES;

export function isApiScope(scope: string): scope is ApiScope {
  return Object.hasOwn(API_SCOPES, scope);
}

/**
 * Ours, and so it stands in no table. A token cannot be called back, but who it belongs to is asked at every call; ten
 * minutes are enough for a program that asks for the next one whenever it likes.
 */
export function apiResource(issuer: string): Resource {
  return {
    identifier: `${issuer}${API_PATH}`,
    name: { fa: 'واسط برنامه‌نویسی پنجره', en: 'The API of Panjereh' },
    scopes: Object.keys(API_SCOPES),
    organisationId: 'panjereh',
    accessTokenFormat: 'jwt',
    signingAlg: 'ES256',
    accessTokenTtlSeconds: inSeconds(10 * MINUTE),
    isForServicesAlone: true,
  };
}
