import { sql } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';

/** What a citizen decided about one relying party. */
export type Consent = {
  scopes: readonly string[];
  claims: readonly string[];
  /** Optional claims that were left unticked: not to be asked for again. */
  refusedClaims: readonly string[];
  /** Scopes per resource server (RFC 8707). */
  resources: Readonly<Record<string, readonly string[]>>;
};

export type GivenConsent = Consent & {
  citizenId: string;
  clientId: string;
  /** Milliseconds since 1970. */
  givenAt: number;
};

type Place = { citizenId: string; clientId: string };

/** Not cached: a session that has its grant does not ask. */
export type ConsentsStore = {
  /** Undefined when never given or withdrawn. */
  find(of: Place): Promise<GivenConsent | undefined>;
  /** The consents in force, newest first. */
  listOf(citizenId: string): Promise<GivenConsent[]>;
  /** Replaces what was allowed before. Announced on the topic 'consents' with the key `citizenId:clientId`, as is a withdrawal. */
  save(consent: Place & Consent, alongside?: Alongside): Promise<void>;
  /** False when there was nothing to withdraw. The grant and its tokens are the caller's to end. */
  withdraw(of: Place, alongside?: Alongside): Promise<boolean>;
};

/** What is done in the transaction of the decision. */
type Alongside = (transaction: Database) => Promise<void>;

type Row = {
  citizen_id: string;
  client_id: string;
  scopes: string[];
  claims: string[];
  refused_claims: string[];
  resources: Record<string, string[]>;
  given_at: Date;
  withdrawn_at: Date | null;
};

const CONSENTS_TOPIC = 'consents';

export function createConsents({
  database,
  changeFeed,
}: {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce'>;
}): ConsentsStore {
  const inForce = database
    .withTables<{ consents: Row }>()
    .selectFrom('consents')
    .selectAll()
    .where('withdrawn_at', 'is', null);

  return {
    async find({ citizenId, clientId }) {
      const row = await inForce
        .where('citizen_id', '=', citizenId)
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    async listOf(citizenId) {
      const rows = await inForce.where('citizen_id', '=', citizenId).orderBy('given_at', 'desc').execute();
      return rows.map(fromRow);
    },

    async save({ citizenId, clientId, scopes, claims, refusedClaims, resources }, alongside) {
      const given = {
        scopes: sql<string[]>`${JSON.stringify(scopes)}::jsonb`,
        claims: sql<string[]>`${JSON.stringify(claims)}::jsonb`,
        refused_claims: sql<string[]>`${JSON.stringify(refusedClaims)}::jsonb`,
        resources: sql<Record<string, string[]>>`${JSON.stringify(resources)}::jsonb`,
        given_at: sql<Date>`now()`,
        withdrawn_at: null,
      };
      await database.transaction().execute(async (transaction) => {
        await transaction
          .withTables<{ consents: Row }>()
          .insertInto('consents')
          .values({ citizen_id: citizenId, client_id: clientId, ...given })
          .onConflict((conflict) => conflict.columns(['citizen_id', 'client_id']).doUpdateSet(given))
          .execute();
        await alongside?.(transaction);
        await changeFeed.announce(transaction, { topic: CONSENTS_TOPIC, key: `${citizenId}:${clientId}` });
      });
    },

    async withdraw({ citizenId, clientId }, alongside) {
      return await database.transaction().execute(async (transaction) => {
        const changed = await transaction
          .withTables<{ consents: Row }>()
          .updateTable('consents')
          .set({ withdrawn_at: sql<Date>`now()` })
          .where('citizen_id', '=', citizenId)
          .where('client_id', '=', clientId)
          .where('withdrawn_at', 'is', null)
          .executeTakeFirst();
        if (changed.numUpdatedRows === 0n) return false;
        await alongside?.(transaction);
        await changeFeed.announce(transaction, { topic: CONSENTS_TOPIC, key: `${citizenId}:${clientId}` });
        return true;
      });
    },
  };
}

function fromRow(row: Row): GivenConsent {
  return {
    citizenId: row.citizen_id,
    clientId: row.client_id,
    scopes: row.scopes,
    claims: row.claims,
    refusedClaims: row.refused_claims,
    resources: row.resources,
    givenAt: row.given_at.getTime(),
  };
}
