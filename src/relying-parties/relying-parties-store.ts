import { type Selectable, sql } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import type { ClientMetadata } from './client-metadata.ts';
import type { AgreedClaim, RelyingParty } from './relying-party.ts';

export type RelyingPartiesStore = {
  find(clientId: string): Promise<RelyingParty | undefined>;
  /** By client id. */
  list(): Promise<RelyingParty[]>;
  /** Writes the relying party and its agreement, and announces it on the topic 'relying-parties', in one transaction. */
  save(relyingParty: Omit<RelyingParty, 'changedAt'>): Promise<void>;
  /** False when there is no such relying party. */
  setState(clientId: string, state: RelyingParty['state']): Promise<boolean>;
};

type Tables = {
  relying_parties: {
    client_id: string;
    organisation_id: string;
    name_fa: string;
    name_en: string;
    metadata: ClientMetadata;
    environment: RelyingParty['environment'];
    security_profile: RelyingParty['securityProfile'];
    state: RelyingParty['state'];
    client_secret: string | null;
    changed_at: Date;
  };
  agreements: { client_id: string; claims: AgreedClaim[]; scopes: string[]; changed_at: Date };
};

export const RELYING_PARTIES_TOPIC = 'relying-parties';

export function createRelyingPartiesStore({
  database,
  changeFeed,
}: {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce'>;
}): RelyingPartiesStore {
  const withAgreements = database
    .withTables<Tables>()
    .selectFrom('relying_parties')
    .innerJoin('agreements', 'agreements.client_id', 'relying_parties.client_id')
    .selectAll('relying_parties')
    .select(['agreements.claims', 'agreements.scopes']);

  return {
    async find(clientId) {
      const row = await withAgreements.where('relying_parties.client_id', '=', clientId).executeTakeFirst();
      return row && fromRow(row);
    },

    async list() {
      const rows = await withAgreements.orderBy('relying_parties.client_id').execute();
      return rows.map(fromRow);
    },

    async save(relyingParty) {
      await database.transaction().execute(async (transaction) => {
        const tables = transaction.withTables<Tables>();
        const row = toRow(relyingParty);
        const agreement = {
          claims: sql<AgreedClaim[]>`${JSON.stringify(relyingParty.agreement.claims)}::jsonb`,
          scopes: sql<string[]>`${JSON.stringify(relyingParty.agreement.scopes)}::jsonb`,
          changed_at: sql<Date>`now()`,
        };
        await tables
          .insertInto('relying_parties')
          .values({ client_id: relyingParty.clientId, ...row })
          .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
          .execute();
        await tables
          .insertInto('agreements')
          .values({ client_id: relyingParty.clientId, ...agreement })
          .onConflict((conflict) => conflict.column('client_id').doUpdateSet(agreement))
          .execute();
        await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: relyingParty.clientId });
      });
    },

    async setState(clientId, state) {
      return await database.transaction().execute(async (transaction) => {
        const changed = await transaction
          .withTables<Tables>()
          .updateTable('relying_parties')
          .set({ state, changed_at: sql<Date>`now()` })
          .where('client_id', '=', clientId)
          .executeTakeFirst();
        if (changed.numUpdatedRows === 0n) return false;
        await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
        return true;
      });
    },
  };
}

function toRow(relyingParty: Omit<RelyingParty, 'changedAt'>) {
  return {
    organisation_id: relyingParty.organisationId,
    name_fa: relyingParty.name.fa,
    name_en: relyingParty.name.en,
    metadata: sql<ClientMetadata>`${JSON.stringify(relyingParty.metadata)}::jsonb`,
    environment: relyingParty.environment,
    security_profile: relyingParty.securityProfile,
    state: relyingParty.state,
    client_secret: relyingParty.sealedClientSecret ?? null,
    changed_at: sql<Date>`now()`,
  };
}

type Row = Selectable<Tables['relying_parties']> & { claims: AgreedClaim[]; scopes: string[] };

function fromRow(row: Row): RelyingParty {
  return {
    clientId: row.client_id,
    organisationId: row.organisation_id,
    name: { fa: row.name_fa, en: row.name_en },
    metadata: row.metadata,
    environment: row.environment,
    securityProfile: row.security_profile,
    state: row.state,
    agreement: { claims: row.claims, scopes: row.scopes },
    sealedClientSecret: row.client_secret ?? undefined,
    changedAt: row.changed_at.getTime(),
  };
}
