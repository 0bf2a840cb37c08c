import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { ProofMethod } from './organisation.ts';
import { ORGANISATIONS_LOCK } from './organisations-store.ts';

/** A domain that an organisation claims, and the word that it publishes to prove it. */
export type DomainClaim = {
  organisationId: string;
  domain: string;
  token: string;
  provenAt?: number | undefined;
  method?: ProofMethod | undefined;
  failingSince?: number | undefined;
};

type Claimed = { outcome: 'claimed'; claim: DomainClaim } | { outcome: 'not-found' } | { outcome: 'too-many' };

export type DomainProofsStore = ReturnType<typeof createDomainProofsStore>;

type Place = { organisationId: string; domain: string };
type Row = {
  organisation_id: string;
  domain: string;
  token: string;
  asked_at: Date;
  asked_by: string;
  proven_at: Date | null;
  proven_by: string | null;
  method: ProofMethod | null;
  checked_at: Date | null;
  failing_since: Date | null;
  next_check_at: Date | null;
};
type Tables = { organisation_domains: Row; organisations: { id: string; parent: string | null } };

export function createDomainProofsStore({ database }: { database: Database }) {
  const tables = database.withTables<Tables>();
  const at = ({ organisationId, domain }: Place) =>
    tables
      .selectFrom('organisation_domains')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('domain', '=', domain);

  return {
    /** The same token as long as the claim is there. */
    claim({
      organisationId,
      domain,
      token,
      by,
      at: time,
      most,
    }: Place & { token: string; by: string; at: number; most: number }): Promise<Claimed> {
      return tables.transaction().execute(async (transaction) => {
        const organisation = await transaction
          .selectFrom('organisations')
          .select('id')
          .where('id', '=', organisationId)
          .forUpdate()
          .executeTakeFirst();
        if (organisation === undefined) return { outcome: 'not-found' };
        const rows = await transaction
          .selectFrom('organisation_domains')
          .selectAll()
          .where('organisation_id', '=', organisationId)
          .execute();
        const known = rows.find((row) => row.domain === domain);
        if (known !== undefined) return { outcome: 'claimed', claim: fromRow(known) };
        if (rows.length >= most) return { outcome: 'too-many' };
        const added = await transaction
          .insertInto('organisation_domains')
          .values({ organisation_id: organisationId, domain, token, asked_at: new Date(time), asked_by: by })
          .returningAll()
          .executeTakeFirstOrThrow();
        return { outcome: 'claimed', claim: fromRow(added) };
      });
    },

    async find(place: Place): Promise<DomainClaim | undefined> {
      const row = await at(place).executeTakeFirst();
      return row && fromRow(row);
    },

    async listOf(organisationId: string): Promise<DomainClaim[]> {
      const rows = await tables
        .selectFrom('organisation_domains')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('domain')
        .execute();
      return rows.map(fromRow);
    },

    /**
     * False, and nothing is written, when another organisation has proven this domain, or one above or below it without
     * being above or below this organisation.
     */
    prove({
      organisationId,
      domain,
      method,
      by,
      at: time,
      nextCheckAt,
    }: Place & { method: ProofMethod; by: string; at: number; nextCheckAt: number }): Promise<boolean> {
      return tables.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${ORGANISATIONS_LOCK})`.execute(transaction);
        const { rows } = await sql`
          with recursive above as (
            select id, parent from organisations where id = ${organisationId}
            union select o.id, o.parent from organisations o join above on o.id = above.parent),
          below as (
            select id from organisations where id = ${organisationId}
            union select o.id from organisations o join below on o.parent = below.id)
          select 1 from organisation_domains d
          where d.proven_at is not null and d.organisation_id <> ${organisationId} and (
            d.domain = ${domain}
            or (right(${domain}::text, length(d.domain) + 1) = '.' || d.domain
              and d.organisation_id not in (select id from above))
            or (right(d.domain, length(${domain}::text) + 1) = '.' || ${domain}::text
              and d.organisation_id not in (select id from below)))
          limit 1`.execute(transaction);
        if (rows.length > 0) return false;
        await transaction
          .updateTable('organisation_domains')
          .set({
            // Proven anew keeps since when.
            proven_at: sql<Date>`coalesce(proven_at, ${new Date(time)})`,
            proven_by: by,
            method,
            checked_at: new Date(time),
            failing_since: null,
            next_check_at: new Date(nextCheckAt),
          })
          .where('organisation_id', '=', organisationId)
          .where('domain', '=', domain)
          .execute();
        return true;
      });
    },

    /** Up to so many proofs that are to be looked at again, and until `leasedUntil` nobody else looks at them. */
    async takeDue({
      at: time,
      leasedUntil,
      limit,
    }: {
      at: number;
      leasedUntil: number;
      limit: number;
    }): Promise<DomainClaim[]> {
      const { rows } = await sql<Row>`
        update organisation_domains set next_check_at = ${new Date(leasedUntil)}
        where (organisation_id, domain) in (
          select organisation_id, domain from organisation_domains
          where proven_at is not null and next_check_at <= ${new Date(time)}
          order by next_check_at limit ${limit} for update skip locked)
        returning *`.execute(tables);
      return rows.map(fromRow);
    },

    /** Notes what a further look found. */
    async noteChecked({
      organisationId,
      domain,
      at: time,
      nextCheckAt,
      failingSince,
      isLost,
    }: Place & {
      at: number;
      nextCheckAt: number;
      failingSince: number | undefined;
      isLost: boolean;
    }): Promise<void> {
      await tables
        .updateTable('organisation_domains')
        .set({
          checked_at: new Date(time),
          next_check_at: isLost ? null : new Date(nextCheckAt),
          failing_since: failingSince === undefined ? null : new Date(failingSince),
          ...(isLost && { proven_at: null, proven_by: null, method: null }),
        })
        .where('organisation_id', '=', organisationId)
        .where('domain', '=', domain)
        .where('proven_at', 'is not', null)
        .execute();
    },

    /** Claim, token and proof are gone. False when there was none. */
    async remove({ organisationId, domain }: Place): Promise<boolean> {
      const removed = await tables
        .deleteFrom('organisation_domains')
        .where('organisation_id', '=', organisationId)
        .where('domain', '=', domain)
        .executeTakeFirst();
      return removed.numDeletedRows > 0n;
    },
  };
}

function fromRow({ organisation_id, domain, token, proven_at, method, failing_since }: Row): DomainClaim {
  return {
    organisationId: organisation_id,
    domain,
    token,
    ...(proven_at !== null && { provenAt: proven_at.getTime() }),
    ...(method !== null && { method }),
    ...(failing_since !== null && { failingSince: failing_since.getTime() }),
  };
}
