import type { TestProvider } from './provider.ts';
import { createRelyingParty, type TestRelyingParty } from './relying-party.ts';

/** The resource server of the tests: a register of grades. */
export const GRADES = 'https://api.university.example';

export async function saveGrades(
  provider: Pick<TestProvider, 'services'>,
  { organisationId, scopes = ['grades:read'] }: { organisationId: string; scopes?: readonly string[] },
): Promise<void> {
  await provider.services.registry.resources.save({
    identifier: GRADES,
    name: { fa: 'نمره‌ها', en: 'Grades' },
    scopes: [...scopes],
    organisationId,
    accessTokenFormat: 'jwt',
    signingAlg: 'ES256',
    accessTokenTtlSeconds: 300,
  });
}

/** A service that reads grades with tokens of its own; nobody signs in to it. */
export async function createGradesService(provider: TestProvider): Promise<TestRelyingParty> {
  return createRelyingParty(provider, {
    clientId: 'service',
    metadata: { grant_types: ['client_credentials'], redirect_uris: [], post_logout_redirect_uris: [] },
    rest: { agreement: { claims: [], scopes: ['grades:read'] } },
  });
}
