import { type Selectable, sql } from 'kysely';
import type { ChangeFeed } from '#platform/database/change-feed.ts';
import type { Database } from '#platform/database/database.ts';
import { comparisonKey } from '#platform/persian-text.ts';
import { approveAtOnce } from './agreement-rows-store.ts';
import type { ApprovedTerms, StoredRelyingParty } from './as-of-now.ts';
import type { ClientMetadata } from './client-metadata.ts';
import { addSecret, endSecrets, type NewSecret } from './client-secrets-store.ts';
import { pictureOf } from './registered-picture.ts';
import type { Agreement, RelyingParty, StoredSecret } from './relying-party.ts';
import { type Author, addRevision } from './revisions-store.ts';

/** What of a relying party is kept in its own row; `agreement` only when it becomes another one by this very act. */
export type SavedRelyingParty = Omit<StoredRelyingParty, 'approved' | 'secrets' | 'revision' | 'changedAt'>;

type Saving = Author & {
  relyingParty: SavedRelyingParty;
  agreement?: Agreement | undefined;
  secret?: NewSecret | undefined;
  /** Ends every secret that is there, before the new one is added. */
  endsSecrets?: boolean;
  /** The revision that the author looked at; any when absent. 0 for one that must not be there yet. */
  expected?: number | undefined;
  /** Milliseconds since 1970. */
  at: number;
};

/** `expected`: the revision that the author looked at; any when absent. */
export type StateAuthor = Author & { expected?: number | undefined };

export type RelyingPartiesStore = {
  find(clientId: string): Promise<StoredRelyingParty | undefined>;
  /** By client id. */
  list(): Promise<StoredRelyingParty[]>;
  /**
   * Writes the relying party, its revision, and what else the act brings, and announces it on the topic
   * 'relying-parties', in one transaction. Nothing is written when somebody else changed it in the meantime.
   */
  save(saving: Saving): Promise<{ outcome: 'saved' } | { outcome: 'changed-meanwhile'; revision: number }>;
  /** False when there is no such relying party, or somebody changed it in the meantime. Counts as a revision. */
  setState(clientId: string, state: RelyingParty['state'], author: StateAuthor): Promise<boolean>;
};

export type RelyingPartyRow = {
  client_id: string;
  organisation_id: string;
  name_fa: string;
  name_en: string;
  metadata: ClientMetadata;
  environment: RelyingParty['environment'];
  security_profile: RelyingParty['securityProfile'];
  state: RelyingParty['state'];
  client_secret: string | null;
  revision: number;
  search_key: string;
  tested_as: string | null;
  changed_at: Date;
};

type Tables = { relying_parties: RelyingPartyRow };
type Also = { approved: readonly ApprovedTerms[]; secrets: readonly SecretMembers[] };
type SecretMembers = { id: string; hash: string | null; sealed: string | null; expiresAt: number | null };

export const RELYING_PARTIES_TOPIC = 'relying-parties';

export function createRelyingPartiesStore({
  database,
  changeFeed,
}: {
  database: Database;
  changeFeed: Pick<ChangeFeed, 'announce'>;
}): RelyingPartiesStore {
  const rows = database
    .withTables<Tables>()
    .selectFrom('relying_parties')
    .selectAll()
    .select([
      sql<Also['approved']>`(select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'version', version, 'terms', terms, 'from', floor(extract(epoch from valid_from) * 1000),
        'until', floor(extract(epoch from valid_until) * 1000)))), '[]')
        from agreement_versions v where v.client_id = relying_parties.client_id and v.state = 'approved')`.as(
        'approved',
      ),
      sql<Also['secrets']>`(select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'hash', hash, 'sealed', sealed, 'expiresAt', floor(extract(epoch from expires_at) * 1000))
        order by created_at), '[]')
        from client_secrets s where s.client_id = relying_parties.client_id and s.ended_at is null)`.as('secrets'),
    ]);

  return {
    async find(clientId) {
      const row = await rows.where('client_id', '=', clientId).executeTakeFirst();
      return row && fromRow(row);
    },

    async list() {
      return (await rows.orderBy('client_id').execute()).map(fromRow);
    },

    async save({ relyingParty, agreement, secret, endsSecrets, expected, at, ...author }) {
      return await database.transaction().execute(async (transaction) => {
        const { clientId } = relyingParty;
        const before = await lockRevision(transaction, clientId);
        if (expected !== undefined && expected !== before) return { outcome: 'changed-meanwhile', revision: before };
        const row = { ...toRow(relyingParty), revision: before + 1 };
        await transaction
          .withTables<Tables>()
          .insertInto('relying_parties')
          .values({ client_id: clientId, client_secret: null, ...row })
          .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
          .execute();
        await addRevision(transaction, { clientId, revision: before + 1, picture: pictureOf(relyingParty), ...author });
        if (endsSecrets === true) await endSecrets(transaction, { clientId, by: author.by, at });
        if (secret !== undefined) await addSecret(transaction, { clientId, secret, by: author.by, at });
        if (agreement !== undefined) await approveAtOnce(transaction, { clientId, agreement, by: author.by, at });
        await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
        return { outcome: 'saved' };
      });
    },

    async setState(clientId, state, { expected, ...author }) {
      return await database.transaction().execute(async (transaction) => {
        const row = await transaction
          .withTables<Tables>()
          .updateTable('relying_parties')
          .set({ state, revision: sql<number>`revision + 1`, changed_at: sql<Date>`now()` })
          .where('client_id', '=', clientId)
          .$if(expected !== undefined, (query) => query.where('revision', '=', expected ?? 0))
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return false;
        const stored = fromRow({ ...row, approved: [], secrets: [] });
        await addRevision(transaction, { clientId, revision: row.revision, picture: pictureOf(stored), ...author });
        await changeFeed.announce(transaction, { topic: RELYING_PARTIES_TOPIC, key: clientId });
        return true;
      });
    },
  };
}

/** 0 for one that is not there. Two people who register the same id at once meet at the primary key. */
export async function lockRevision(transaction: Database, clientId: string): Promise<number> {
  const row = await transaction
    .withTables<Tables>()
    .selectFrom('relying_parties')
    .select('revision')
    .where('client_id', '=', clientId)
    .forUpdate()
    .executeTakeFirst();
  return row?.revision ?? 0;
}

function toRow(relyingParty: SavedRelyingParty) {
  const { clientId, organisationId, name, metadata, environment, securityProfile, state, testedAs } = relyingParty;
  return {
    organisation_id: organisationId,
    name_fa: name.fa,
    name_en: name.en,
    metadata: sql<ClientMetadata>`${JSON.stringify(metadata)}::jsonb`,
    environment,
    security_profile: securityProfile,
    state,
    search_key: comparisonKey(`${name.fa} ${name.en} ${clientId}`),
    tested_as: testedAs ?? null,
    changed_at: sql<Date>`now()`,
  };
}

function fromRow(row: Selectable<RelyingPartyRow> & Also): StoredRelyingParty {
  return {
    clientId: row.client_id,
    organisationId: row.organisation_id,
    name: { fa: row.name_fa, en: row.name_en },
    metadata: row.metadata,
    environment: row.environment,
    securityProfile: row.security_profile,
    state: row.state,
    revision: row.revision,
    ...(row.tested_as !== null && { testedAs: row.tested_as }),
    approved: row.approved,
    secrets: row.secrets.flatMap(({ id, hash, sealed, expiresAt }): StoredSecret[] => {
      const about = { id, ...(expiresAt !== null && { expiresAt }) };
      if (hash !== null) return [{ ...about, kept: { hash } }];
      return sealed === null ? [] : [{ ...about, kept: { sealed } }];
    }),
    changedAt: row.changed_at.getTime(),
  };
}
