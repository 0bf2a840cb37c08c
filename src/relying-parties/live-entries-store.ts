import { type SqlBool, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { RelyingPartyRow } from './relying-parties-store.ts';
import type { RelyingParty } from './relying-party.ts';

/** What acceptance is run against, with what it depends on. */
export type TestedEntry = Pick<RelyingParty, 'clientId' | 'metadata' | 'securityProfile'>;

/** Which keys an entry proves itself with: an address of theirs, or the keys themselves. */
export type SigningEntry = { clientId: string; jwksUri: string | undefined; keys: readonly Record<string, unknown>[] };

export type LiveEntriesStore = ReturnType<typeof createLiveEntriesStore>;

type SigningRow = Pick<RelyingPartyRow, 'client_id' | 'metadata'>;

/** What the rounds need to know of the registry, and not the rest of it: a page at a time, by client id. */
export function createLiveEntriesStore({ database }: { database: Database }) {
  const tables = database.withTables<{ relying_parties: RelyingPartyRow }>();

  return {
    /** Of those that citizens use; a test entry speaks for the one in production, where there is one. */
    async listTested(after: string, limit: number): Promise<TestedEntry[]> {
      const rows = await tables
        .selectFrom('relying_parties')
        .select(['client_id', 'metadata', 'security_profile'])
        .where('client_id', '>', after)
        .where(
          sql<SqlBool>`client_id in (select coalesce(tested_as, client_id) from relying_parties
            where environment = 'production' and state = 'active')`,
        )
        .orderBy('client_id')
        .limit(limit)
        .execute();
      return rows.map(({ client_id, metadata, security_profile }) => ({
        clientId: client_id,
        metadata,
        securityProfile: security_profile,
      }));
    },

    /** Those that citizens use and that this entry speaks for. */
    async listLiveTestedBy(clientId: string): Promise<string[]> {
      const rows = await tables
        .selectFrom('relying_parties')
        .select('client_id')
        .where('environment', '=', 'production')
        .where('state', '=', 'active')
        .where(sql`coalesce(tested_as, client_id)`, '=', clientId)
        .execute();
      return rows.map(({ client_id }) => client_id);
    },

    /** Active ones that prove themselves with keys. */
    async listSigning(after: string, limit: number): Promise<SigningEntry[]> {
      const rows: SigningRow[] = await tables
        .selectFrom('relying_parties')
        .select(['client_id', 'metadata'])
        .where('client_id', '>', after)
        .where('state', '=', 'active')
        .where(sql<SqlBool>`metadata->>'token_endpoint_auth_method' = 'private_key_jwt'`)
        .orderBy('client_id')
        .limit(limit)
        .execute();
      return rows.map(({ client_id, metadata: { jwks_uri, jwks } }) => ({
        clientId: client_id,
        jwksUri: jwks_uri,
        keys: jwks?.keys ?? [],
      }));
    },
  };
}
