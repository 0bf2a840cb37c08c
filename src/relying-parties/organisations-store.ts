import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { BothLanguages } from './relying-party.ts';

/** A university, institution or agency. Its id is the sector of the pairwise subjects of all its relying parties. */
export type Organisation = {
  id: string;
  name: BothLanguages;
  kind: OrganisationKind;
  stage: OrganisationStage;
  /** The organisation that this one belongs to. */
  parent?: string | undefined;
};

export type OrganisationKind =
  | 'state-university'
  | 'medical-university'
  | 'open-university'
  | 'applied-science-university'
  | 'teacher-training-university'
  | 'private-institution'
  | 'research-institute'
  | 'agency';

/** The way to being connected, as the board tells it. */
export type OrganisationStage =
  | 'not-begun'
  | 'requested'
  | 'in-technical-process'
  | 'accepted'
  | 'connected'
  | 'suspended';

export type Organisations = {
  find(id: string): Promise<Organisation | undefined>;
  /** By id. */
  list(): Promise<Organisation[]>;
  save(organisation: Organisation): Promise<void>;
};

type Row = {
  id: string;
  name_fa: string;
  name_en: string;
  kind: OrganisationKind;
  stage: OrganisationStage;
  parent: string | null;
  changed_at: Date;
};

export function createOrganisations({ database }: { database: Database }): Organisations {
  const tables = database.withTables<{ organisations: Row }>();

  return {
    async find(id) {
      const row = await tables.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow(row);
    },

    async list() {
      return (await tables.selectFrom('organisations').selectAll().orderBy('id').execute()).map(fromRow);
    },

    async save({ id, name, kind, stage, parent }) {
      const row = {
        name_fa: name.fa,
        name_en: name.en,
        kind,
        stage,
        parent: parent ?? null,
        changed_at: sql<Date>`now()`,
      };
      await tables
        .insertInto('organisations')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
  };
}

function fromRow(row: Row): Organisation {
  return {
    id: row.id,
    name: { fa: row.name_fa, en: row.name_en },
    kind: row.kind,
    stage: row.stage,
    parent: row.parent ?? undefined,
  };
}
