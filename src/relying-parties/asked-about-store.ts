import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { RelyingPartyRow } from './relying-parties-store.ts';
import type { RelyingParty } from './relying-party.ts';

/** What requests that wait are about, as it stands now. */
export type AskedAbout = Pick<RelyingParty, 'state' | 'revision'> & {
  versions: readonly { version: number; state: string }[];
};

/** Of all of these in one query, by client id; what is not registered is not in it. */
export async function listAskedAbout(
  database: Database,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, AskedAbout>> {
  if (clientIds.length === 0) return new Map();
  const rows = await database
    .withTables<{ relying_parties: RelyingPartyRow }>()
    .selectFrom('relying_parties')
    .select(['client_id', 'state', 'revision'])
    .select(
      sql<
        AskedAbout['versions']
      >`(select coalesce(jsonb_agg(jsonb_build_object('version', version, 'state', state)), '[]')
        from agreement_versions v where v.client_id = relying_parties.client_id)`.as('versions'),
    )
    .where('client_id', 'in', clientIds)
    .execute();
  return new Map(rows.map(({ client_id, state, revision, versions }) => [client_id, { state, revision, versions }]));
}
