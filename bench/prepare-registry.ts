import type { RelyingPartyDraft } from '#relying-parties/relying-party.ts';
import type { Services } from '#root/services.ts';
import type { SigningAlgorithm } from './cast.ts';
import { cast } from './cast.ts';

/** One organisation with the relying parties and resources of the cast. */
export async function saveRegistry({ organisations, relyingParties, resources }: Services['registry']): Promise<void> {
  const name = { fa: 'دانشگاه سنجش', en: 'Bench University' };
  await organisations.save({ id: 'bench', name, kind: 'state', stage: 'connected' });
  for (const draft of [relyingParty('rs256'), relyingParty('es256'), machine()]) {
    const saved = await relyingParties.save(draft);
    if (saved.outcome === 'refused') throw new Error(`${draft.clientId}: ${JSON.stringify(saved.faults)}`);
  }
  for (const algorithm of ['rs256', 'es256'] as const) {
    await resources.save({
      identifier: cast.resources[algorithm],
      name,
      scopes: [cast.resourceScope],
      organisationId: 'bench',
      accessTokenFormat: 'jwt',
      signingAlg: algorithm === 'rs256' ? 'RS256' : 'ES256',
      accessTokenTtlSeconds: 600,
    });
  }
}

const common = {
  organisationId: 'bench',
  name: { fa: 'سامانهٔ سنجش', en: 'Bench Service' },
  environment: 'production',
  securityProfile: 'default',
  state: 'active',
  clientSecret: cast.clientSecret,
} as const;

const purpose = { fa: 'سنجش', en: 'To measure' };

function relyingParty(algorithm: SigningAlgorithm): RelyingPartyDraft {
  return {
    ...common,
    clientId: cast.relyingParties[algorithm],
    metadata: {
      redirect_uris: [cast.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: algorithm === 'rs256' ? 'RS256' : 'ES256',
    },
    agreement: {
      scopes: [...cast.scope.split(' '), 'offline_access'],
      claims: [
        { claim: 'given_name', purpose, required: true },
        { claim: 'family_name', purpose, required: true },
      ],
    },
  };
}

function machine(): RelyingPartyDraft {
  return {
    ...common,
    clientId: cast.relyingParties.machine,
    metadata: { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
    agreement: { scopes: [cast.resourceScope], claims: [] },
  };
}
