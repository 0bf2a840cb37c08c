import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { RelyingPartyRow } from './relying-parties-store.ts';
import type { BothLanguages } from './relying-party.ts';

/** What a relying party was told about our key set, and where it fetches from. */
export type RegisteredReader = {
  clientId: string;
  name: BothLanguages;
  cacheSeconds: number;
  /** Addresses and networks of its servers. */
  addresses: readonly string[];
};

/** By client id, and nothing else of them: the rest of a registration is many times as long. */
export async function listRegisteredReaders(
  database: Database,
  { after, limit }: { after: string; limit: number },
): Promise<RegisteredReader[]> {
  const rows = await database
    .withTables<{ relying_parties: RelyingPartyRow }>()
    .selectFrom('relying_parties')
    .select(['client_id', 'name_fa', 'name_en'])
    .select([
      sql<number | null>`metadata->'jwks_cache_seconds'`.as('cache_seconds'),
      sql<string[] | null>`metadata->'egress_addresses'`.as('addresses'),
    ])
    .where('client_id', '>', after)
    .orderBy('client_id')
    .limit(limit)
    .execute();
  return rows.map(({ client_id, name_fa, name_en, cache_seconds, addresses }) => ({
    clientId: client_id,
    name: { fa: name_fa, en: name_en },
    cacheSeconds: cache_seconds ?? 0,
    addresses: addresses ?? [],
  }));
}
