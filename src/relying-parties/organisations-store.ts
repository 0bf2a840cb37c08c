import { sql, type Transaction } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { comparisonKey } from '#platform/persian-text.ts';
import type {
  ContactRole,
  ListedOrganisation,
  OrganisationDomain,
  OrganisationKind,
  OrganisationStage,
  ProofMethod,
  StageChange,
} from './organisation.ts';
import { listOrganisationsAfter } from './organisations-list-store.ts';
import type { BothLanguages } from './relying-party.ts';

/** What is written of one organisation. The stage counts for a new one alone: `move` changes it. */
export type OrganisationWrite = {
  organisation: ListedOrganisation;
  contacts: readonly { role: ContactRole; sealed: string }[];
};
type Written = { writes: readonly OrganisationWrite[]; by: string; at: number };

export type OrganisationsStore = ReturnType<typeof createOrganisationsStore>;

type OrganisationRow = {
  id: string;
  name_fa: string;
  name_en: string;
  kind: OrganisationKind;
  stage: OrganisationStage;
  parent: string | null;
  search_key: string;
  changed_at: Date;
};
type DomainRow = {
  organisation_id: string;
  domain: string;
  proven_at: Date | null;
  method: ProofMethod | null;
  failing_since: Date | null;
};
type ContactRow = { organisation_id: string; role: ContactRole; sealed: string };
type StageRow = {
  id: number;
  organisation_id: string;
  from_stage: OrganisationStage | null;
  to_stage: OrganisationStage;
  at: Date;
  by: string;
  why: string;
};
type Tables = {
  organisations: OrganisationRow;
  organisation_domains: DomainRow;
  organisation_contacts: ContactRow;
  organisation_stages: StageRow;
};

/** Any fixed number, the same on every instance: 'organisation' begins so on a telephone's keys. */
export const ORGANISATIONS_LOCK = 674264;
const COLUMNS = ['id', 'name_fa', 'name_en', 'kind', 'stage', 'parent'] as const;

export function createOrganisationsStore({ database }: { database: Database }) {
  const tables = database.withTables<Tables>();

  return {
    /** With domains and what is sealed of the contacts. */
    async find(id: string) {
      const row = await tables.selectFrom('organisations').select(COLUMNS).where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const [domains, contacts] = await Promise.all([
        tables
          .selectFrom('organisation_domains')
          .selectAll()
          .where('organisation_id', '=', id)
          .orderBy('domain')
          .execute(),
        tables.selectFrom('organisation_contacts').selectAll().where('organisation_id', '=', id).execute(),
      ]);
      return { ...fromRow(row), domains: domains.map(domainFrom), contacts };
    },

    /** By id; who is not there has none. */
    async namesOf(ids: readonly string[]): Promise<Map<string, BothLanguages>> {
      const wanted = [...new Set(ids)];
      if (wanted.length === 0) return new Map();
      const rows = await tables
        .selectFrom('organisations')
        .select(['id', 'name_fa', 'name_en'])
        .where('id', 'in', wanted)
        .execute();
      return new Map(rows.map(({ id, name_fa, name_en }) => [id, { fa: name_fa, en: name_en }]));
    },

    /** Everything, by id. */
    list: (): Promise<ListedOrganisation[]> => listIn(tables),

    listAfter: (asked: Parameters<typeof listOrganisationsAfter>[1]) => listOrganisationsAfter(database, asked),

    /**
     * `decide` sees all organisations while nobody else changes any, and says what is written: all of it or, when it
     * names nothing or throws, none.
     */
    change<Answer>(
      decide: (known: readonly ListedOrganisation[]) => { written?: Written; answer: Answer },
    ): Promise<Answer> {
      return tables.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${ORGANISATIONS_LOCK})`.execute(transaction);
        const known = await listIn(transaction);
        const { written, answer } = decide(known);
        if (written !== undefined && written.writes.length > 0) await write(transaction, { ...written, known });
        return answer;
      });
    },

    /** False when it is not at `from` any more. */
    move({ id, from, to, at, by, why }: StageChange & { id: string; from: OrganisationStage }): Promise<boolean> {
      return tables.transaction().execute(async (transaction) => {
        const moved = await transaction
          .updateTable('organisations')
          .set({ stage: to, changed_at: new Date(at) })
          .where('id', '=', id)
          .where('stage', '=', from)
          .executeTakeFirst();
        if (moved.numUpdatedRows === 0n) return false;
        await sql`insert into organisation_stages (organisation_id, from_stage, to_stage, at, by, why)
          values (${id}, ${from}, ${to}, ${new Date(at)}, ${by}, ${why})`.execute(transaction);
        return true;
      });
    },

    /** Newest first. */
    async history(id: string): Promise<StageChange[]> {
      const rows = await tables
        .selectFrom('organisation_stages')
        .selectAll()
        .where('organisation_id', '=', id)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(({ from_stage, to_stage, at, by, why }) => ({
        ...(from_stage !== null && { from: from_stage }),
        to: to_stage,
        at: at.getTime(),
        by,
        why,
      }));
    },
  };
}

async function listIn(place: Transaction<Tables> | ReturnType<Database['withTables']>): Promise<ListedOrganisation[]> {
  const { rows } = await sql<Pick<OrganisationRow, (typeof COLUMNS)[number]>>`
    select id, name_fa, name_en, kind, stage, parent from organisations order by id`.execute(place);
  return rows.map(fromRow);
}

/** One parameter a table however many rows there are. */
async function write(
  transaction: Transaction<Tables>,
  { writes, by, at, known }: Written & { known: readonly ListedOrganisation[] },
): Promise<void> {
  const time = new Date(at);
  const rows = writes.map(({ organisation: { id, name, kind, stage, parent } }) => ({
    id,
    name_fa: name.fa,
    name_en: name.en,
    kind,
    stage,
    parent: parent ?? null,
    search_key: comparisonKey(`${name.fa} ${name.en} ${id}`),
  }));
  await sql`insert into organisations (id, name_fa, name_en, kind, stage, parent, search_key, changed_at)
    select id, name_fa, name_en, kind, stage, parent, search_key, ${time}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given
      (id text, name_fa text, name_en text, kind text, stage text, parent text, search_key text)
    on conflict (id) do update set name_fa = excluded.name_fa, name_en = excluded.name_en, kind = excluded.kind,
      parent = excluded.parent, search_key = excluded.search_key, changed_at = excluded.changed_at`.execute(
    transaction,
  );

  const ids = new Set(known.map(({ id }) => id));
  const added = rows.filter(({ id }) => !ids.has(id)).map(({ id, stage }) => ({ id, stage }));
  await sql`insert into organisation_stages (organisation_id, to_stage, at, by, why)
    select id, stage, ${time}, ${by}, '' from jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as given
      (id text, stage text)`.execute(transaction);

  const contacts = writes.flatMap(({ organisation: { id }, contacts: given }) =>
    given.map(({ role, sealed }) => ({ id, role, sealed })),
  );
  await sql`insert into organisation_contacts (organisation_id, role, sealed, changed_at)
    select id, role, sealed, ${time} from jsonb_to_recordset(${JSON.stringify(contacts)}::jsonb) as given
      (id text, role text, sealed text)
    on conflict (organisation_id, role) do update set sealed = excluded.sealed, changed_at = excluded.changed_at`.execute(
    transaction,
  );
}

function fromRow(row: Pick<OrganisationRow, (typeof COLUMNS)[number]>): ListedOrganisation {
  const { id, name_fa, name_en, kind, stage, parent } = row;
  return { id, name: { fa: name_fa, en: name_en }, kind, stage, ...(parent !== null && { parent }) };
}

function domainFrom({ domain, proven_at, method, failing_since }: DomainRow): OrganisationDomain {
  return {
    domain,
    ...(proven_at !== null && { provenAt: proven_at.getTime() }),
    ...(method !== null && { method }),
    ...(failing_since !== null && { failingSince: failing_since.getTime() }),
  };
}
