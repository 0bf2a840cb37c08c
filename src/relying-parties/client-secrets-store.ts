import type { Database } from '#platform/database/database.ts';
import type { StoredSecret } from './relying-party.ts';

export type NewSecret = StoredSecret;

export type ListedSecret = {
  id: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  createdBy: string;
  expiresAt?: number | undefined;
  endedAt?: number | undefined;
  isHashed: boolean;
};

type Row = {
  client_id: string;
  id: string;
  hash: string | null;
  sealed: string | null;
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
};
type PermitRow = { client_id: string; asked_by: string; approved_by: string; expires_at: Date };
type Tables = { client_secrets: Row; client_secret_permits: PermitRow };

type Act = { clientId: string; by: string; at: number };

/** Inside the transaction that announces it. */
export async function addSecret(transaction: Database, { clientId, secret, by, at }: Act & { secret: NewSecret }) {
  await transaction
    .withTables<Tables>()
    .insertInto('client_secrets')
    .values({
      client_id: clientId,
      id: secret.id,
      hash: 'hash' in secret.kept ? secret.kept.hash : null,
      sealed: 'sealed' in secret.kept ? secret.kept.sealed : null,
      created_at: new Date(at),
      created_by: by,
      expires_at: secret.expiresAt === undefined ? null : new Date(secret.expiresAt),
      ended_at: null,
      ended_by: null,
    })
    .execute();
}

/** All of them, or one; what is kept of it goes, and that it was there stays. The answer is how many ended. */
export async function endSecrets(
  transaction: Database,
  { clientId, by, at, id }: Act & { id?: string },
): Promise<number> {
  const tables = transaction.withTables<
    Tables & { relying_parties: { client_id: string; client_secret: string | null } }
  >();
  const ended = await tables
    .updateTable('client_secrets')
    .set({ hash: null, sealed: null, ended_at: new Date(at), ended_by: by })
    .where('client_id', '=', clientId)
    .where('ended_at', 'is', null)
    .$if(id !== undefined, (update) => update.where('id', '=', id ?? ''))
    .executeTakeFirst();
  // Where the version before would still find it.
  await tables.updateTable('relying_parties').set({ client_secret: null }).where('client_id', '=', clientId).execute();
  return Number(ended.numUpdatedRows);
}

/** Those that have not ended or expired. */
export async function countSecrets(transaction: Database, { clientId, at }: { clientId: string; at: number }) {
  const rows = await transaction
    .withTables<Tables>()
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', clientId)
    .where('ended_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', new Date(at))]))
    .forUpdate()
    .execute();
  return rows.length;
}

export async function savePermit(
  transaction: Database,
  {
    clientId,
    askedBy,
    approvedBy,
    expiresAt,
  }: { clientId: string; askedBy: string; approvedBy: string; expiresAt: number },
): Promise<void> {
  const row = { asked_by: askedBy, approved_by: approvedBy, expires_at: new Date(expiresAt) };
  await transaction
    .withTables<Tables>()
    .insertInto('client_secret_permits')
    .values({ client_id: clientId, ...row })
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet(row))
    .execute();
}

/** First wins: the permit is gone with the first who uses it. */
export async function usePermit(
  transaction: Database,
  { clientId, at }: { clientId: string; at: number },
): Promise<boolean> {
  const used = await transaction
    .withTables<Tables>()
    .deleteFrom('client_secret_permits')
    .where('client_id', '=', clientId)
    .returning('expires_at')
    .executeTakeFirst();
  return used !== undefined && used.expires_at.getTime() > at;
}

export async function hasPermit(
  database: Database,
  { clientId, at }: { clientId: string; at: number },
): Promise<boolean> {
  const row = await database
    .withTables<Tables>()
    .selectFrom('client_secret_permits')
    .select('expires_at')
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row !== undefined && row.expires_at.getTime() > at;
}

/** Newest first, ended ones too. */
export async function listSecrets(database: Database, clientId: string): Promise<ListedSecret[]> {
  const rows = await database
    .withTables<Tables>()
    .selectFrom('client_secrets')
    .selectAll()
    .where('client_id', '=', clientId)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(({ id, created_at, created_by, expires_at, ended_at, hash }) => ({
    id,
    createdAt: created_at.getTime(),
    createdBy: created_by,
    ...(expires_at !== null && { expiresAt: expires_at.getTime() }),
    ...(ended_at !== null && { endedAt: ended_at.getTime() }),
    isHashed: hash !== null,
  }));
}
