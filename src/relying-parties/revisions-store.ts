import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { RegisteredPicture } from './registered-picture.ts';

/** Who changes something, and why: a citizen's id for an operator, `client:<id>` for an API client, or a program of ours. */
export type Author = { by: string; approvedBy?: string | undefined; note: string };

export type Revision = Author & {
  revision: number;
  /** Milliseconds since 1970. */
  at: number;
  picture: RegisteredPicture;
};

type Row = {
  client_id: string;
  revision: number;
  at: Date;
  by: string;
  approved_by: string | null;
  note: string;
  picture: RegisteredPicture;
};

/** Inside the transaction of the change itself. */
export async function addRevision(
  transaction: Database,
  {
    clientId,
    revision,
    picture,
    by,
    approvedBy,
    note,
  }: Author & { clientId: string; revision: number; picture: RegisteredPicture },
): Promise<void> {
  await transaction
    .withTables<{ relying_party_revisions: Row }>()
    .insertInto('relying_party_revisions')
    .values({
      client_id: clientId,
      revision,
      at: sql<Date>`now()`,
      by,
      approved_by: approvedBy ?? null,
      note,
      picture: sql<RegisteredPicture>`${JSON.stringify(picture)}::jsonb`,
    })
    .execute();
}

/** Nothing is ever changed in it or taken out. */
export function createRevisionsStore({ database }: { database: Database }) {
  const rows = database
    .withTables<{ relying_party_revisions: Row }>()
    .selectFrom('relying_party_revisions')
    .selectAll();

  return {
    async find({ clientId, revision }: { clientId: string; revision: number }): Promise<Revision | undefined> {
      const row = await rows.where('client_id', '=', clientId).where('revision', '=', revision).executeTakeFirst();
      return row && fromRow(row);
    },

    /** Newest first. */
    async listOf(clientId: string, { limit }: { limit: number }): Promise<Revision[]> {
      const found = await rows.where('client_id', '=', clientId).orderBy('revision', 'desc').limit(limit).execute();
      return found.map(fromRow);
    },
  };
}

function fromRow({ revision, at, by, approved_by, note, picture }: Row): Revision {
  return {
    revision,
    at: at.getTime(),
    by,
    ...(approved_by !== null && { approvedBy: approved_by }),
    note,
    picture,
  };
}
