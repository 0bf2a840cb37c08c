import type { Database } from '#platform/database/database.ts';
import { rowId } from '#platform/ids.ts';
import type { Role } from './permissions.ts';

export type Operator = {
  citizenId: string;
  role: Role;
  /** University staff alone work for an organisation. */
  organisationId?: string;
  /** Milliseconds since 1970. */
  grantedAt: number;
  /** A citizen's id, or `command` for the first ones. */
  grantedBy: string;
};

type OperatorRow = {
  citizen_id: string;
  role: Role;
  organisation_id: string;
  granted_at: Date;
  granted_by: string;
};

type ChangeRow = {
  id: string;
  citizen_id: string;
  role: Role;
  organisation_id: string;
  act: string;
  at: Date;
  by: string;
  why: string;
};

type Tables = { operators: OperatorRow; operator_changes: ChangeRow };

export type OperatorFilter = {
  citizenId?: string | undefined;
  role?: Role | undefined;
  organisationId?: string | undefined;
};

/** Oldest first. */
export async function listOperatorRows(database: Database, filter: OperatorFilter = {}): Promise<Operator[]> {
  const { citizenId, role, organisationId } = filter;
  const rows = await database
    .withTables<Tables>()
    .selectFrom('operators')
    .selectAll()
    .$if(citizenId !== undefined, (query) => query.where('citizen_id', '=', citizenId ?? ''))
    .$if(role !== undefined, (query) => query.where('role', '=', role ?? 'auditor'))
    .$if(organisationId !== undefined, (query) => query.where('organisation_id', '=', organisationId ?? ''))
    .orderBy('granted_at')
    .orderBy('citizen_id')
    .orderBy('role')
    .orderBy('organisation_id')
    .execute();
  return rows.map((row) => ({
    citizenId: row.citizen_id,
    role: row.role,
    ...(row.organisation_id === '' ? {} : { organisationId: row.organisation_id }),
    grantedAt: row.granted_at.getTime(),
    grantedBy: row.granted_by,
  }));
}

/** False when they had this role already. */
export async function insertOperator(database: Database, operator: Operator): Promise<boolean> {
  const inserted = await database
    .withTables<Tables>()
    .insertInto('operators')
    .values({
      citizen_id: operator.citizenId,
      role: operator.role,
      organisation_id: operator.organisationId ?? '',
      granted_at: new Date(operator.grantedAt),
      granted_by: operator.grantedBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('citizen_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** False when they did not have this role. */
export async function deleteOperator(
  database: Database,
  { citizenId, role, organisationId = '' }: { citizenId: string; role: Role; organisationId?: string | undefined },
): Promise<boolean> {
  const deleted = await database
    .withTables<Tables>()
    .deleteFrom('operators')
    .where('citizen_id', '=', citizenId)
    .where('role', '=', role)
    .where('organisation_id', '=', organisationId)
    .returning('citizen_id')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** Whether they are staff of this organisation, or ever were. */
export async function hasBeenStaff(
  database: Database,
  { citizenId, organisationId }: { citizenId: string; organisationId: string },
): Promise<boolean> {
  const granted = await database
    .withTables<Tables>()
    .selectFrom('operator_changes')
    .select('id')
    .where('citizen_id', '=', citizenId)
    .where('organisation_id', '=', organisationId)
    .limit(1)
    .executeTakeFirst();
  return granted !== undefined;
}

/** Stays when the role is gone: who gave or took it, when and why. */
export async function insertOperatorChange(
  database: Database,
  change: { citizenId: string; role: Role; organisationId?: string; act: string; at: number; by: string; why: string },
): Promise<void> {
  const { citizenId, organisationId = '', at, ...rest } = change;
  await database
    .withTables<Tables>()
    .insertInto('operator_changes')
    .values({ ...rest, id: rowId(), citizen_id: citizenId, organisation_id: organisationId, at: new Date(at) })
    .execute();
}
