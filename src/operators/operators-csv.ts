import { stringify } from 'csv-stringify/sync';
import type { Operator } from './operators-store.ts';

const COLUMNS = ['name', 'role', 'organisation_id', 'organisation', 'granted_at', 'granted_by'];

/** With the names that people read, as they stand in the list. */
type NamedOperator = Operator & { name: string; organisation: string; grantedByName: string };

/** For spreadsheets: with a byte order mark, and no cell that one of them would take for a formula. */
export function writeOperatorsCsv(operators: readonly NamedOperator[]): string {
  return stringify(
    operators.map(({ name, role, organisationId, organisation, grantedAt, grantedByName }) => ({
      ...{ name, role, organisation, organisation_id: organisationId ?? '' },
      granted_at: new Date(grantedAt).toISOString(),
      granted_by: grantedByName,
    })),
    { header: true, columns: COLUMNS, bom: true, record_delimiter: 'windows', escape_formulas: true },
  );
}
