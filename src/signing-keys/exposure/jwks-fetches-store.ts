import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { JwksFetches, KnownBy } from './jwks-fetch.ts';

type Tables = {
  jwks_fetches: {
    epoch: number;
    client_id: string;
    known_by: KnownBy;
    user_agent: string;
    network: string;
    first_seen: Date;
    last_seen: Date;
    fetches: number;
  };
};

/** Fetches of one kind are one row; writing them again adds up. */
export function createJwksFetchesStore({ database }: { database: Database }) {
  const tables = database.withTables<Tables>();

  return {
    /** At most a few hundred rows at a time: each takes eight parameters of a statement. */
    async add(batch: readonly JwksFetches[]): Promise<void> {
      if (batch.length === 0) return;
      await tables
        .insertInto('jwks_fetches')
        .values(batch.map(toRow))
        .onConflict((conflict) =>
          conflict.columns(['epoch', 'client_id', 'known_by', 'user_agent', 'network']).doUpdateSet({
            first_seen: sql<Date>`least(jwks_fetches.first_seen, excluded.first_seen)`,
            last_seen: sql<Date>`greatest(jwks_fetches.last_seen, excluded.last_seen)`,
            fetches: sql<number>`jwks_fetches.fetches + excluded.fetches`,
          }),
        )
        .execute();
    },

    async listOfEpoch(epoch: number): Promise<JwksFetches[]> {
      const rows = await tables.selectFrom('jwks_fetches').selectAll().where('epoch', '=', epoch).execute();
      return rows.map(fromRow);
    },

    async list(): Promise<JwksFetches[]> {
      const rows = await tables.selectFrom('jwks_fetches').selectAll().orderBy('last_seen', 'desc').execute();
      return rows.map(fromRow);
    },

    async forgetUntil(at: number): Promise<void> {
      await tables.deleteFrom('jwks_fetches').where('last_seen', '<', new Date(at)).execute();
    },
  };
}

export type JwksFetchesStore = ReturnType<typeof createJwksFetchesStore>;

function toRow(it: JwksFetches): Tables['jwks_fetches'] {
  return {
    epoch: it.epoch,
    client_id: it.clientId,
    known_by: it.knownBy,
    user_agent: it.userAgent,
    network: it.network,
    first_seen: new Date(it.firstSeen),
    last_seen: new Date(it.lastSeen),
    fetches: it.fetches,
  };
}

function fromRow(row: Tables['jwks_fetches']): JwksFetches {
  return {
    epoch: row.epoch,
    clientId: row.client_id,
    knownBy: row.known_by,
    userAgent: row.user_agent,
    network: row.network,
    firstSeen: row.first_seen.getTime(),
    lastSeen: row.last_seen.getTime(),
    fetches: row.fetches,
  };
}
