import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import type { Source } from './source.ts';

/** As it is registered; whether its relying party is active is another question. */
export type StoredSource = Omit<Source, 'organisationId' | 'name'> & { state: 'active' | 'suspended' };

export type ClaimsSourcesStore = {
  find(clientId: string): Promise<StoredSource | undefined>;
  findByIssuer(issuer: string): Promise<StoredSource | undefined>;
  /** By client id. */
  list(): Promise<StoredSource[]>;
  /**
   * Upserts, and announces it on the topic 'claims-sources'. Nothing is written when what is registered is not what was
   * expected (null: nothing at all; anything is, where that is left out), or when another source has the issuer by now.
   */
  save(source: StoredSource, about?: { expected?: StoredSource | null | undefined }): Promise<KeptSource>;
};

export type KeptSource = 'saved' | 'changed-since' | 'taken';

export const CLAIMS_SOURCES_TOPIC = 'claims-sources';

type KeySet = { keys: Record<string, unknown>[] };
type Row = {
  client_id: string;
  issuer: string;
  endpoint: string;
  claims: Source['claims'];
  alg: Source['alg'];
  jwks_uri: string | null;
  jwks: KeySet | null;
  state: StoredSource['state'];
  changed_at: Date;
};

type Needs = { database: Database; changeFeed: Pick<ChangeFeed, 'announce'> };

export function createClaimsSourcesStore({ database, changeFeed }: Needs): ClaimsSourcesStore {
  const rows = database.withTables<{ claims_sources: Row }>().selectFrom('claims_sources').selectAll();

  return {
    async find(clientId) {
      const row = await rows.where('client_id', '=', clientId).executeTakeFirst();
      return row && fromRow(row);
    },

    async findByIssuer(issuer) {
      const row = await rows.where('issuer', '=', issuer).executeTakeFirst();
      return row && fromRow(row);
    },

    async list() {
      return (await rows.orderBy('client_id').execute()).map(fromRow);
    },

    async save({ clientId, issuer, endpoint, claims, alg, keys, state }, { expected } = {}) {
      const row = {
        issuer,
        endpoint,
        claims: sql<Source['claims']>`${JSON.stringify(claims)}::jsonb`,
        alg,
        jwks_uri: 'uri' in keys ? keys.uri : null,
        jwks: 'set' in keys ? sql<KeySet>`${JSON.stringify(keys.set)}::jsonb` : null,
        state,
        changed_at: sql<Date>`now()`,
      };
      const saving = database.transaction().execute(async (transaction): Promise<KeptSource> => {
        // Also where there is no row yet that could be locked.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`claims-source:${clientId}`}, 0))`.execute(
          transaction,
        );
        const now = await transaction
          .withTables<{ claims_sources: Row }>()
          .selectFrom('claims_sources')
          .selectAll()
          .where('client_id', '=', clientId)
          .executeTakeFirst();
        const before = now === undefined ? null : fromRow(now);
        if (expected !== undefined && !isDeepStrictEqual(before, expected)) return 'changed-since';
        await transaction
          .withTables<{ claims_sources: Row }>()
          .insertInto('claims_sources')
          .values({ client_id: clientId, ...row })
          .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
          .execute();
        await changeFeed.announce(transaction, { topic: CLAIMS_SOURCES_TOPIC, key: clientId });
        return 'saved';
      });
      return saving.catch(explainConflict);
    },
  };
}

function fromRow({ client_id, issuer, endpoint, claims, alg, jwks_uri, jwks, state }: Row): StoredSource {
  const keys = jwks_uri === null ? { set: jwks ?? { keys: [] } } : { uri: jwks_uri };
  return { clientId: client_id, issuer, endpoint, claims, alg, keys, state };
}

/** SQLSTATE 23505 is a unique violation; a row of the same client id is written over, so it is the issuer's. */
function explainConflict(cause: unknown): KeptSource {
  if (cause instanceof Error && 'code' in cause && cause.code === '23505') return 'taken';
  throw cause;
}
