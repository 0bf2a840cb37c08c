import type { RelyingPartyDraft } from '#relying-parties/relying-party.ts';

/** A valid draft of an ordinary relying party, with changes. */
export function aDraft(changes: Partial<RelyingPartyDraft>): RelyingPartyDraft {
  return {
    clientId: 'an-application',
    organisationId: 'sharif',
    name: { fa: 'برنامه', en: 'Application' },
    metadata: {
      redirect_uris: ['https://app.sharif.example/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    environment: 'production',
    securityProfile: 'default',
    state: 'active',
    agreement: {
      claims: [{ claim: 'given_name', purpose: { fa: 'نام شما', en: 'Your name' }, required: true }],
      scopes: ['openid', 'profile'],
    },
    clientSecret: 'a-secret-of-at-least-thirty-two-characters',
    ...changes,
  };
}
