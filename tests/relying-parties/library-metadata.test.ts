import { type ClientMetadata, Provider } from 'oidc-provider';
import { expect, test } from 'vitest';
import { DAY } from '#platform/durations.ts';
import { IDENTITY_SCOPES } from '#relying-parties/agreed-scopes.ts';
import { readClientMetadata } from '#relying-parties/client-metadata.ts';
import { libraryMetadata } from '#relying-parties/library-metadata.ts';
import type { RelyingPartyDraft } from '#relying-parties/relying-party.ts';
import { demoRelyingParties } from '#root/commands/seed-relying-parties.ts';
import { aDraft } from './drafts.ts';

const inForce = { state: 'in-force', version: 1, from: 0 } as const;

function metadataOf(draft: RelyingPartyDraft) {
  const read = readClientMetadata(draft.metadata, draft);
  if (read.outcome === 'refused') throw new Error(JSON.stringify(read.faults));
  return libraryMetadata(
    { ...draft, metadata: read.metadata, secrets: [], revision: 1, changedAt: DAY, agreementStanding: inForce },
    draft.clientSecret,
  );
}

test.each(demoRelyingParties.map((draft) => [draft.clientId, draft] as const))(
  'the library accepts %s as we hand it over',
  async (clientId, draft) => {
    const provider = new Provider('https://sso.example', {
      clients: [{ ...metadataOf(draft), id_token_signed_response_alg: 'RS256' } as ClientMetadata],
      scopes: [...IDENTITY_SCOPES],
      subjectTypes: ['pairwise'],
      pairwiseIdentifier: async () => 'subject',
      features: {
        backchannelLogout: { enabled: true },
        clientCredentials: { enabled: true },
        deviceFlow: { enabled: true },
        dPoP: { enabled: true },
        introspection: { enabled: true },
      },
    });
    const client = await provider.Client.find(clientId);
    expect(client?.subjectType).toBe('pairwise');
    expect(client?.backchannelLogoutSessionRequired).toBe(client?.backchannelLogoutUri !== undefined);
  },
);

test('the FAPI profile switches on PAR and DPoP, whatever the metadata says', () => {
  const metadata = {
    redirect_uris: ['https://app.sharif.example/callback'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://app.sharif.example/jwks',
    require_pushed_authorization_requests: false,
    dpop_bound_access_tokens: false,
  };
  const switches = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true };
  expect(metadataOf(aDraft({ securityProfile: 'fapi2', metadata, clientSecret: undefined }))).toMatchObject(switches);
  expect(metadataOf(aDraft({ metadata, clientSecret: undefined }))).not.toMatchObject(switches);
});

test('an agreement without a scope about the citizen does not open all of them', () => {
  const scopeOf = (...scopes: string[]) => metadataOf(aDraft({ agreement: { claims: [], scopes } })).scope;
  expect(scopeOf()).toBe('openid');
  expect(scopeOf('grades:read')).toBe('openid');
  expect(scopeOf('openid', 'phone', 'grades:read')).toBe('openid phone');
});
