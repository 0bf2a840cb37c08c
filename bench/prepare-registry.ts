import { sql } from 'kysely';
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

/** The number in the names of the first bystander; the others have the numbers after it. */
const FIRST = 10_000_000;
const TABLES = [
  { table: 'organisations', key: 'id' },
  ...['relying_parties', 'relying_party_revisions', 'client_secrets', 'agreements', 'agreement_versions'].map(
    (table) => ({ table, key: 'client_id' }),
  ),
];

/** Organisations with one relying party each, beside the cast: found by their numbers, and used by nobody. */
export async function saveBystanders({ registry, database }: Services, wanted: number): Promise<void> {
  if (wanted === 0) return;
  const id = `bystander-${FIRST}`;
  await registry.organisations.save({
    id,
    name: { fa: `دانشگاه شمارهٔ ${FIRST}`, en: `University ${FIRST}` },
    kind: 'state',
    stage: 'connected',
  });
  const saved = await registry.relyingParties.save({
    ...relyingParty('es256'),
    clientId: id,
    organisationId: id,
    name: { fa: `سامانهٔ شمارهٔ ${FIRST}`, en: `Service ${FIRST}` },
  });
  if (saved.outcome === 'refused') throw new Error(`${id}: ${JSON.stringify(saved.faults)}`);
  // The others are copies with other numbers: saving each by itself takes minutes.
  for (const { table, key } of TABLES)
    await sql`
      insert into ${sql.table(table)}
      select (jsonb_populate_record(model, replace(to_jsonb(model)::text, ${String(FIRST)}, number::text)::jsonb)).*
      from ${sql.table(table)} model, generate_series(${FIRST + 1}::int, ${FIRST + wanted - 1}::int) number
      where model.${sql.ref(key)} = ${id}`.execute(database);
  await sql`
    insert into organisation_stages (organisation_id, to_stage, at, by, why)
    select replace(organisation_id, ${String(FIRST)}, number::text), to_stage, at, by, why
    from organisation_stages, generate_series(${FIRST + 1}::int, ${FIRST + wanted - 1}::int) number
    where organisation_id = ${id}`.execute(database);
  await sql`analyze`.execute(database);
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
